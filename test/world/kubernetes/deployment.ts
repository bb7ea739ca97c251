// What a cluster's controllers do with a Deployment: ReplicaSets with revisions, pods that become ready, a deadline for progress.
import { createHash } from 'node:crypto';
import type { JsonObject } from './patch.ts';
import type { Store } from './store.ts';

export interface ControllerOptions {
  /** How long a pod takes until it is ready, ms. */
  readonly readyMs: number;
  /** Images whose pods never get ready. */
  readonly broken: ReadonlySet<string>;
  /** Images that no registry has any more. */
  readonly gone: ReadonlySet<string>;
}

const revisionOf = 'deployment.kubernetes.io/revision';

type Template = {
  metadata?: { labels?: Record<string, string> };
  spec: { containers: { name: string; image: string }[] };
};

/** Brings ReplicaSets, pods and status of one Deployment in line with its spec, at once or after `readyMs`. */
export class DeploymentController {
  readonly #store: Store;
  readonly #options: ControllerOptions;
  readonly #timers = new Set<NodeJS.Timeout>();
  /** When each Deployment last got another revision, ms. */
  readonly #rolledAt = new Map<string, number>();

  constructor(store: Store, options: ControllerOptions) {
    this.#store = store;
    this.#options = options;
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  /** The Deployment's spec changed. */
  changed(name: string, namespace: string): void {
    this.#after(0, () => this.#roll(name, namespace));
  }

  #after(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms);
    this.#timers.add(timer);
  }

  #roll(name: string, namespace: string): void {
    const deployment = this.#store.find('deployments', namespace, name);
    if (deployment === undefined) return;
    const spec = deployment.spec as { replicas?: number; template: Template; paused?: boolean };
    const sets = this.#setsOf(name, namespace);
    const hash = hashOf(spec.template);
    const current = sets.find((set) => hashIn(set) === hash);
    if (spec.paused !== true && (current === undefined || Number(annotation(current)) < newest(sets))) {
      const revision = String(newest(sets) + 1);
      if (current === undefined) this.#createSet(deployment, hash, revision);
      else this.#store.update('replicasets', namespace, nameOf(current), (set) => annotate(set, revision));
      this.#store.update('deployments', namespace, name, (one) => annotate(one, revision));
      this.#rolledAt.set(`${namespace}/${name}`, Date.now());
    }
    if (isGradual(deployment)) {
      this.#advance(name, namespace);
      return;
    }
    this.#status(name, namespace, false);
    this.#after(this.#options.readyMs, () => this.#status(name, namespace, true));
    const deadline = (deployment.spec as { progressDeadlineSeconds?: number }).progressDeadlineSeconds ?? 600;
    this.#after(deadline * 1_000 + this.#options.readyMs, () => this.#status(name, namespace, true));
  }

  /** What is ready: once the time is over, all pods of the newest set, unless its image is broken; then the old ones stay. */
  #status(name: string, namespace: string, settled: boolean): void {
    const deployment = this.#store.find('deployments', namespace, name);
    if (deployment === undefined) return;
    const spec = deployment.spec as {
      replicas?: number;
      template: Template;
      paused?: boolean;
      progressDeadlineSeconds?: number;
    };
    const wanted = spec.replicas ?? 1;
    const before = (deployment.status ?? {}) as { readyReplicas?: number };
    const sets = this.#setsOf(name, namespace);
    const newestSet = [...sets].sort((a, b) => Number(annotation(b)) - Number(annotation(a)))[0];
    const image = (newestSet?.spec as { template: Template } | undefined)?.template.spec.containers[0]?.image ?? '';
    const broken = this.#options.broken.has(image) || this.#options.gone.has(image);
    const old = sets.find((set) => set !== newestSet && readyOf(set) > 0);
    const since = this.#rolledAt.get(`${namespace}/${name}`) ?? Date.now();
    const late = broken && settled && Date.now() - since >= (spec.progressDeadlineSeconds ?? 600) * 1_000;
    for (const set of sets) {
      const isNew = set === newestSet;
      const ready = isNew
        ? broken
          ? 0
          : settled
            ? wanted
            : Math.min(readyOf(set), wanted)
        : broken && set === old
          ? wanted
          : isNew || !settled
            ? readyOf(set)
            : 0;
      this.#store.update('replicasets', namespace, nameOf(set), (one) => {
        one.spec = { ...(one.spec as JsonObject), replicas: isNew ? wanted : ready };
        one.status = { replicas: isNew ? wanted : ready, readyReplicas: ready };
      });
      this.#pods(set, namespace, isNew ? wanted : ready, ready);
    }
    const all = this.#setsOf(name, namespace).reduce((sum, set) => sum + readyOf(set), 0);
    const progressing = late
      ? { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'timed out progressing' }
      : {
          type: 'Progressing',
          status: 'True',
          reason: settled && !broken ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated',
          message: '',
        };
    this.#store.update('deployments', namespace, name, (one) => {
      one.status = {
        observedGeneration: (one.metadata as { generation: number }).generation,
        // Old pods stay until new ones are ready: both count.
        replicas: this.#setsOf(name, namespace).reduce((sum, set) => sum + podsOf(set), 0),
        updatedReplicas: wanted,
        readyReplicas: Math.min(all, settled ? all : Math.min(before.readyReplicas ?? 0, wanted)),
        availableReplicas: all,
        unavailableReplicas: Math.max(0, wanted - all),
        conditions: [
          progressing,
          { type: 'Available', status: all >= wanted ? 'True' : 'False', reason: '', message: '' },
        ],
      };
    });
  }

  /** A Deployment that says its surge goes pod by pod: old ones leave as new ones are ready, and nothing moves while it is paused. */
  #advance(name: string, namespace: string): void {
    const deployment = this.#store.find('deployments', namespace, name);
    if (deployment === undefined) return;
    const spec = deployment.spec as {
      replicas?: number;
      template: Template;
      paused?: boolean;
      minReadySeconds?: number;
    } & Surging;
    // Seconds that no test waits for: a pod of the newest template is ready, and not available for long.
    const isHeld = (spec.minReadySeconds ?? 0) > 60;
    const wanted = spec.replicas ?? 1;
    const { surge, missing } = surgeOf(spec, wanted);
    const sets = this.#setsOf(name, namespace);
    const newestSet = sets.find((set) => hashIn(set) === hashOf(spec.template));
    const image = spec.template.spec.containers[0]?.image ?? '';
    const broken = this.#options.broken.has(image);
    const counts = sets.map((set) => ({ set, isNew: set === newestSet, total: podsOf(set), ready: podsOf(set) }));
    for (const one of counts) if (one.isNew && broken) one.ready = 0;
    const sum = (of: (one: (typeof counts)[number]) => number) => counts.reduce((all, one) => all + of(one), 0);
    let moved = counts.some(({ set, ready }) => ready !== readyOf(set));
    if (spec.paused !== true) {
      for (const one of counts.filter(({ isNew }) => !isNew)) {
        const leaves = Math.max(
          0,
          Math.min(one.ready, sum(({ ready, isNew }) => (isNew && isHeld ? 0 : ready)) - (wanted - missing)),
        );
        one.total -= leaves;
        one.ready -= leaves;
        moved ||= leaves > 0;
      }
      const grows = counts.find(({ isNew }) => isNew);
      if (grows !== undefined) {
        const comes = Math.max(0, Math.min(wanted - grows.total, wanted + surge - sum(({ total }) => total)));
        grows.total += comes;
        moved ||= comes > 0;
      }
    }
    for (const { set, total, ready } of counts) {
      this.#store.update('replicasets', namespace, nameOf(set), (one) => {
        one.spec = { ...(one.spec as JsonObject), replicas: total };
        one.status = { replicas: total, readyReplicas: ready };
      });
      this.#pods(set, namespace, total, ready);
    }
    const fresh = counts.find(({ isNew }) => isNew);
    const { progressDeadlineSeconds = 600 } = deployment.spec as { progressDeadlineSeconds?: number };
    const since = this.#rolledAt.get(`${namespace}/${name}`) ?? Date.now();
    const late = broken && spec.paused !== true && Date.now() - since >= progressDeadlineSeconds * 1_000;
    this.#store.update('deployments', namespace, name, (one) => {
      one.status = {
        observedGeneration: (one.metadata as { generation: number }).generation,
        replicas: sum(({ total }) => total),
        updatedReplicas: fresh?.total ?? 0,
        readyReplicas: sum(({ ready }) => ready),
        availableReplicas: sum(({ ready }) => ready),
        conditions: [
          late
            ? { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'timed out' }
            : { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', message: '' },
        ],
      };
    });
    if (moved || (broken && spec.paused !== true && !late))
      this.#after(this.#options.readyMs, () => this.#advance(name, namespace));
  }

  #createSet(deployment: JsonObject, hash: string, revision: string): void {
    const { name, namespace, uid } = deployment.metadata as { name: string; namespace: string; uid: string };
    const spec = deployment.spec as { template: Template; replicas?: number };
    const labels = { ...(spec.template.metadata?.labels ?? {}), 'pod-template-hash': hash };
    const template = { ...spec.template, metadata: { ...spec.template.metadata, labels } };
    this.#store.update('deployments', namespace, name, (one) => {
      (one.metadata as JsonObject).rolledAt = Date.now();
    });
    this.#store.create('replicasets', namespace, {
      metadata: {
        name: `${name}-${hash}`,
        labels,
        annotations: { [revisionOf]: revision },
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name, uid, controller: true }],
      },
      spec: { replicas: spec.replicas ?? 1, selector: { matchLabels: labels }, template } as unknown as JsonObject,
      status: { replicas: 0, readyReplicas: 0 },
    });
  }

  #pods(set: JsonObject, namespace: string, count: number, ready: number): void {
    const owner = nameOf(set);
    const template = (set.spec as unknown as { template: Template }).template;
    for (const pod of this.#store.list('pods', namespace)) {
      if (ownerOf(pod) === owner) this.#store.remove('pods', namespace, nameOf(pod));
    }
    for (let index = 0; index < count; index++) {
      const isReady = index < ready;
      const [container] = template.spec.containers;
      this.#store.create('pods', namespace, {
        metadata: {
          name: `${owner}-${index}`,
          labels: template.metadata?.labels ?? {},
          ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner, uid: owner, controller: true }],
        },
        spec: template.spec as unknown as JsonObject,
        status: {
          phase: isReady ? 'Running' : 'Pending',
          conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
          containerStatuses: [
            {
              name: container?.name ?? '',
              image: container?.image ?? '',
              imageID: container?.image ?? '',
              ready: isReady,
              ...(this.#options.gone.has(container?.image ?? '') ? { state: unpulled } : {}),
            },
          ],
        },
      });
    }
  }

  #setsOf(name: string, namespace: string): readonly JsonObject[] {
    return this.#store.list('replicasets', namespace).filter((set) => ownerOf(set) === name);
  }
}

const unpulled = { waiting: { reason: 'ImagePullBackOff', message: 'manifest unknown' } };

type Surging = { strategy?: { rollingUpdate?: { maxSurge?: number | string; maxUnavailable?: number | string } } };

function isGradual(deployment: JsonObject): boolean {
  return (deployment.spec as Surging).strategy?.rollingUpdate !== undefined;
}

/** As the platform reads them: a share of the surge is rounded up, one of the missing down. */
function surgeOf({ strategy }: Surging, wanted: number) {
  const { maxSurge = '25%', maxUnavailable = '25%' } = strategy?.rollingUpdate ?? {};
  const part = (words: number | string, round: (value: number) => number) =>
    typeof words === 'number' ? words : round((wanted * Number.parseFloat(words)) / 100);
  return { surge: part(maxSurge, Math.ceil), missing: part(maxUnavailable, Math.floor) };
}

function hashOf(template: Template): string {
  return createHash('sha256').update(JSON.stringify(template.spec)).digest('hex').slice(0, 10);
}

function hashIn(set: JsonObject): string {
  return ((set.metadata as JsonObject).labels as Record<string, string>)['pod-template-hash'] ?? '';
}

function annotation(object: JsonObject): string {
  return ((object.metadata as JsonObject).annotations as Record<string, string> | undefined)?.[revisionOf] ?? '0';
}

function newest(sets: readonly JsonObject[]): number {
  return Math.max(0, ...sets.map((set) => Number(annotation(set))));
}

function annotate(object: JsonObject, revision: string): void {
  const metadata = object.metadata as JsonObject;
  metadata.annotations = { ...((metadata.annotations as JsonObject | undefined) ?? {}), [revisionOf]: revision };
}

function nameOf(object: JsonObject): string {
  return String((object.metadata as JsonObject).name);
}

function ownerOf(object: JsonObject): string {
  const owners = (object.metadata as JsonObject).ownerReferences as { name: string }[] | undefined;
  return owners?.[0]?.name ?? '';
}

function podsOf(set: JsonObject): number {
  return Number((set.status as JsonObject | undefined)?.replicas ?? 0);
}

function readyOf(set: JsonObject): number {
  return Number((set.status as JsonObject | undefined)?.readyReplicas ?? 0);
}

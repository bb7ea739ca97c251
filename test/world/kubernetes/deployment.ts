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

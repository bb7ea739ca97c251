// kubectl as a way back: the revision that has the image, by its number of this moment; the image itself where history has lost it.
import type { KubectlRedeploy } from '../../providers/redeploys.ts';
import type { Command, Redeployed, Redeployer, RedeployTarget } from '../../world.ts';
import { isOfTarget, isSameImage } from './image.ts';
import { deploymentShape, pods, type ReplicaSet, replicaSets, type Template } from './objects.ts';
import { createProgram, type Program } from './program.ts';

const revisionKey = 'deployment.kubernetes.io/revision';

/** The Deployment of one side (empty: the only one). */
export function kubectlRedeployer(options: KubectlRedeploy, side: string, command: Command): Redeployer {
  const name = side === '' ? (options.deployment ?? '') : (options.deployments?.[side] ?? side);
  const place = [
    ...(options.context === undefined ? [] : ['--context', options.context]),
    ...(options.namespace === undefined ? [] : ['--namespace', options.namespace]),
  ];
  const kubectl = createProgram(options.kubectl ?? 'kubectl', place, command);
  const container = options.container;
  return {
    async bring(target, withinMs) {
      if (name === '')
        return failed('no Deployment is named', 'Add `rollback.redeploy.kubectl.deployment` to the policy.');
      const until = Date.now() + withinMs;
      const read = await readDeployment(kubectl, name);
      if (read.found === undefined) return read.fault;
      const live = read.found.spec.template;
      if (read.found.spec.paused === true) {
        const resume = `kubectl rollout resume deployment/${name}`;
        return failed(
          `deployment/${name} is paused: nothing it is told would roll out`,
          `${resume}, then press again.`,
        );
      }
      const before = shown(live);
      if (!hasTarget(live, target, container)) {
        const told = await tell(kubectl, { name, target, container, live });
        if (!told.ok) return told;
        return waited(kubectl, { name, target, container, left: until - Date.now(), told, before });
      }
      const told = { ok: true, words: `deployment/${name} has ${before} already`, fix: '', notes: [] };
      return waited(kubectl, { name, target, container, left: until - Date.now(), told, before });
    },
    runs: (target) => readyPods(kubectl, name, target, container),
  };
}

interface Telling {
  readonly name: string;
  readonly target: RedeployTarget;
  readonly container: string | undefined;
  readonly live: Template;
}

/** Tells the Deployment to go to the revision of the target. Numbers move with every rollout: one that went stale is looked up again. */
async function tell(kubectl: Program, telling: Telling): Promise<Redeployed> {
  const { name, target, container, live } = telling;
  for (let attempt = 1; ; attempt += 1) {
    const found = await revisionOf(kubectl, name, target, container);
    if (found === undefined) return setImage(kubectl, telling);
    const undone = await kubectl(['rollout', 'undo', `deployment/${name}`, `--to-revision=${found.revision}`]);
    if (undone.ok) {
      const also = differences(live, found.template);
      const notes = also.length === 0 ? [] : [`The revision brings back with it: ${also.join(', ')}`];
      return { ok: true, words: `deployment/${name} told to go to revision ${found.revision}`, fix: '', notes };
    }
    if (attempt >= 3 || !/unable to find specified revision/.test(undone.because))
      return failed(
        `kubectl rollout undo deployment/${name}: ${undone.because}`,
        `Look at it: kubectl rollout history deployment/${name}.`,
      );
  }
}

/** History has lost the revision (revisionHistoryLimit): only the image can be given back. */
async function setImage(kubectl: Program, { name, target, container, live }: Telling): Promise<Redeployed> {
  const pairs = live.spec.containers.flatMap((one) => {
    if (container !== undefined && one.name !== container) return [];
    const image = target.artifact.find((artifact) => isSameImage(artifact, one.image));
    return image === undefined ? [] : [`${one.name}=${image}`];
  });
  if (pairs.length === 0) {
    return failed(
      `no revision of deployment/${name} has ${target.version}, and its record names no image of it`,
      `Set it by hand: kubectl set image deployment/${name} <container>=<image>; give pre-deploy-gate the input artifact from now on.`,
    );
  }
  const set = await kubectl(['set', 'image', `deployment/${name}`, ...pairs]);
  if (!set.ok) return failed(`kubectl set image deployment/${name}: ${set.because}`, 'Look at the Deployment by hand.');
  const note =
    'Only the image was given back, history has no revision of it: environment and resources stay as they are';
  return { ok: true, words: `deployment/${name} told to run ${pairs.join(', ')}`, fix: '', notes: [note] };
}

interface Waiting {
  readonly name: string;
  readonly target: RedeployTarget;
  readonly container: string | undefined;
  /** Milliseconds. */
  readonly left: number;
  readonly told: Redeployed;
  readonly before: string;
}

/** Waits for the rollout, then asks the pods: a finished rollout says nothing about which image it brought. */
async function waited(kubectl: Program, { name, target, container, left, told, before }: Waiting): Promise<Redeployed> {
  const trouble = await rolledOut(kubectl, name, left);
  if (trouble !== '') {
    const because = `deployment/${name} (it had ${before}) did not finish its rollout: ${trouble}`;
    return failed(because, `See why: kubectl describe deployment/${name}, kubectl get events.`);
  }
  const ready = await readyPods(kubectl, name, target, container);
  if (!ready.ok) return failed(`the rollout ended well, but ${ready.words}`, `See: kubectl get pods -o wide.`);
  return { ...told, words: `${told.words}; ${ready.words}` };
}

/** Looks until the rollout is over; empty when it is, else why not. The same conditions as `kubectl rollout status`, which knows no deadline
 * shorter than the cluster's own while its watch hangs. */
async function rolledOut(kubectl: Program, name: string, withinMs: number): Promise<string> {
  const until = Date.now() + withinMs;
  for (;;) {
    const read = await readDeployment(kubectl, name);
    const { status = {}, metadata: meta, spec } = read.found ?? {};
    const deadline = status.conditions?.find(({ reason }) => reason === 'ProgressDeadlineExceeded');
    if (deadline !== undefined) return 'it exceeded its progress deadline';
    const { observedGeneration = 0, updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = status;
    const wanted = spec?.replicas ?? 1;
    const isSeen = meta !== undefined && observedGeneration >= (meta.generation ?? 0);
    if (isSeen && updatedReplicas >= wanted && replicas <= updatedReplicas && availableReplicas >= updatedReplicas)
      return '';
    if (Date.now() >= until)
      return read.found === undefined
        ? read.fault.words
        : `after its time ${updatedReplicas} of ${wanted} pods are new, ${availableReplicas} available, ${replicas} in all`;
    await new Promise((done) => setTimeout(done, pauseMs));
  }
}

/** Between two looks at a rollout, ms. */
const pauseMs = 500;

async function readyPods(kubectl: Program, name: string, target: RedeployTarget, container: string | undefined) {
  const read = await readDeployment(kubectl, name);
  if (read.found === undefined) return { ok: false, words: read.fault.words };
  const { spec: wanted } = read.found;
  const labels = Object.entries(wanted.selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const said = await kubectl(['get', 'pods', '-l', labels.join(','), '-o', 'json']);
  const parsed = said.ok ? pods.safeParse(JSON.parse(said.out)) : undefined;
  if (parsed?.success !== true) return { ok: false, words: `the pods of ${name} cannot be read: ${said.because}` };
  const ready = parsed.data.items.filter(
    ({ metadata: { deletionTimestamp }, status }) =>
      deletionTimestamp === undefined &&
      status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') === true,
  );
  const right = ready.filter(
    ({ spec }) => hasTarget({ spec }, target, container) || annotated(wanted.template, target),
  );
  const wrong = ready.find((pod) => !right.includes(pod));
  if (ready.length === 0) return { ok: false, words: `no pod of ${name} is ready` };
  const words = `${right.length} of ${ready.length} ready pods of ${name} have ${target.version || target.sha.slice(0, 7)}`;
  return {
    ok: wrong === undefined,
    words: wrong === undefined ? words : `${words}; one has ${shown({ spec: wrong.spec })}`,
  };
}

async function readDeployment(kubectl: Program, name: string) {
  const said = await kubectl(['get', 'deployment', name, '-o', 'json']);
  const parsed = said.ok ? deploymentShape.safeParse(JSON.parse(said.out)) : undefined;
  if (parsed?.success === true) return { found: parsed.data, fault: undefined };
  const fix = 'Check name, namespace and context under `rollback.redeploy.kubectl`.';
  return { found: undefined, fault: failed(`deployment/${name} cannot be read: ${said.because}`, fix) };
}

/** The newest revision that has the target, by its number of now. */
async function revisionOf(kubectl: Program, name: string, target: RedeployTarget, container: string | undefined) {
  const said = await kubectl(['get', 'replicasets', '-o', 'json']);
  const parsed = said.ok ? replicaSets.safeParse(JSON.parse(said.out)) : undefined;
  if (parsed?.success !== true) return undefined;
  const own = parsed.data.items.filter(({ metadata: { ownerReferences = [] } }) =>
    ownerReferences.some((owner) => owner.kind === 'Deployment' && owner.name === name),
  );
  const matching = own.filter((set) => hasTarget(set.spec.template, target, container) || annotatedSet(set, target));
  const [newest] = [...matching].sort((a, b) => numberOf(b) - numberOf(a));
  return newest === undefined ? undefined : { revision: numberOf(newest), template: newest.spec.template };
}

function numberOf({ metadata: { annotations } }: ReplicaSet): number {
  return Number(annotations?.[revisionKey] ?? 0);
}

function hasTarget(of: Template, target: RedeployTarget, container: string | undefined): boolean {
  const named = of.spec.containers.filter(({ name }) => container === undefined || name === container);
  return named.some(({ image }) => isOfTarget(image, target)) || annotated(of, target);
}

/** Our own annotation of the pods' template, for images whose names say no version. */
function annotated(of: Template, { sha }: RedeployTarget): boolean {
  return sha !== '' && of.metadata?.annotations?.['deploy/sha'] === sha;
}

function annotatedSet({ metadata: { annotations } }: ReplicaSet, { sha, version }: RedeployTarget): boolean {
  const cause = annotations?.['kubernetes.io/change-cause'] ?? '';
  const words = cause.split(/[^\w.+-]+/);
  return (sha !== '' && cause.includes(sha)) || (version !== '' && words.includes(version));
}

/** What else than images differs between two templates: names of environment variables, and resources. */
function differences(a: Template, b: Template): readonly string[] {
  return ['env', 'resources', 'args', 'command', 'volumeMounts'].filter((key) =>
    b.spec.containers.some((one) => {
      const other: Readonly<Record<string, unknown>> | undefined = a.spec.containers.find(
        ({ name }) => name === one.name,
      );
      return JSON.stringify(one[key]) !== JSON.stringify(other?.[key]);
    }),
  );
}

function shown(of: Template): string {
  return of.spec.containers.map(({ image }) => image).join(', ');
}

function failed(words: string, fix: string): Redeployed {
  return { ok: false, words, fix, notes: [] };
}

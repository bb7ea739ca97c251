// kubectl as a way back: the revision that has the image, by its number of this moment; the image itself where history has lost it.
import type { KubectlRedeploy } from '../../providers/redeploys.ts';
import type { Command, Redeployed, Redeployer, RedeployTarget } from '../../world.ts';
import { journeyKey, withoutJourney } from '../routers/rolled.ts';
import { isSameImage } from './image.ts';
import { type Deployment, type ReplicaSet, replicaSets, type Template } from './objects.ts';
import { createProgram, type Program } from './program.ts';
import { awaitRollout, deadlineMark } from './rollout.ts';
import { failed, hasTarget, objectIn, readDeployment, readyPods, selectorOf, shown } from './workload.ts';

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
      const { found } = read;
      const live = found.spec.template;
      // A rollout in batches pauses it between them (routers/rollout): that pause is ours to end. What people paused is not.
      const isOurs = found.metadata.annotations?.[journeyKey] !== undefined;
      const going = found.spec.paused === true && isOurs ? await endBatches(kubectl, name, found) : undefined;
      if (going !== undefined) return going;
      if (found.spec.paused === true && !isOurs) {
        const resume = `kubectl rollout resume deployment/${name}`;
        return failed(
          `deployment/${name} is paused: nothing it is told would roll out`,
          `${resume}, then press again.`,
        );
      }
      const before = shown(live);
      if (hasTarget(live, target, container)) {
        const told = { ok: true, words: `deployment/${name} has ${before} already`, fix: '', notes: [] };
        return waited(kubectl, { name, target, container, left: until - Date.now(), told, before, staleMark: '' });
      }
      const told = await tell(kubectl, { name, target, container, live, selector: selectorOf(found.spec) });
      if (!told.ok) return told;
      const waiting = { name, target, container, left: until - Date.now(), told, before };
      return waited(kubectl, { ...waiting, staleMark: deadlineMark(found), back: revisionIn(found) });
    },
    runs: (target) => readyPods(kubectl, name, target, container),
  };
}

/** Lets a Deployment that was paused between two batches roll as it did before them; undefined when it does. */
async function endBatches(kubectl: Program, name: string, found: Deployment): Promise<Redeployed | undefined> {
  const patch = JSON.stringify(withoutJourney(found));
  const told = await kubectl(['patch', 'deployment', name, '--type=merge', '-p', patch]);
  if (told.ok) return undefined;
  return failed(
    `deployment/${name} is paused between two batches and cannot be resumed: ${told.because}`,
    `kubectl rollout resume deployment/${name}, then press again.`,
  );
}

interface Telling {
  readonly name: string;
  readonly target: RedeployTarget;
  readonly container: string | undefined;
  readonly live: Template;
  readonly selector: readonly string[];
}

/** Tells the Deployment to go to the revision of the target. Numbers move with every rollout: one that went stale is looked up again. */
async function tell(kubectl: Program, telling: Telling): Promise<Redeployed> {
  const { name, target, container, live } = telling;
  for (let attempt = 1; ; attempt += 1) {
    const sets = await ownSets(kubectl, telling);
    if (sets === undefined)
      return failed(
        `the revisions of deployment/${name} cannot be read`,
        'Give the context `get replicasets`, then press again.',
      );
    const found = revisionOf(sets, target, container);
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
  readonly staleMark: string;
  /** The revision that it had before it was told; undefined where nothing was told. */
  readonly back?: number | undefined;
}

/** Waits for the rollout, then asks the pods: a finished rollout says nothing about which image it brought. */
async function waited(kubectl: Program, waiting: Waiting): Promise<Redeployed> {
  const { name, target, container, left, told, before, staleMark } = waiting;
  const trouble = await awaitRollout(kubectl, { name, withinMs: left, staleMark });
  if (trouble !== undefined) {
    const because = `deployment/${name} (it had ${before}) did not finish its rollout: ${trouble.words}`;
    return failed(
      because,
      trouble.gone
        ? await putBack(kubectl, waiting)
        : `See why: kubectl describe deployment/${name}, kubectl get events.`,
    );
  }
  const ready = await readyPods(kubectl, name, target, container);
  if (!ready.ok) return failed(`the rollout ended well, but ${ready.words}`, `See: kubectl get pods -o wide.`);
  return { ...told, words: `${told.words}; ${ready.words}` };
}

/** An image that cannot be had brings nobody back: the Deployment keeps what it had, instead of hanging between two versions. */
async function putBack(kubectl: Program, { name, before, back }: Waiting): Promise<string> {
  const find = 'Build and push that image again, or go back to a version whose image is there: to=<full sha>.';
  if (back === undefined) return find;
  const undone = await kubectl(['rollout', 'undo', `deployment/${name}`, `--to-revision=${back}`]);
  const stand = undone.ok ? `It was put back to ${before}` : `It could not be put back (${undone.because})`;
  return `${stand}. ${find}`;
}

/** The ReplicaSets of the Deployment; undefined where they cannot be read. */
async function ownSets(kubectl: Program, { name, selector }: Telling): Promise<readonly ReplicaSet[] | undefined> {
  const said = await kubectl(['get', 'replicasets', ...selector, '-o', 'json']);
  const parsed = replicaSets.safeParse(objectIn(said));
  if (!parsed.success) return undefined;
  return parsed.data.items.filter(({ metadata: { ownerReferences = [] } }) =>
    ownerReferences.some((owner) => owner.kind === 'Deployment' && owner.name === name),
  );
}

/** The newest revision that has the target, by its number of now. */
function revisionOf(sets: readonly ReplicaSet[], target: RedeployTarget, container: string | undefined) {
  const matching = sets.filter((set) => hasTarget(set.spec.template, target, container) || annotatedSet(set, target));
  const [newest] = [...matching].sort((a, b) => numberOf(b) - numberOf(a));
  return newest === undefined ? undefined : { revision: numberOf(newest), template: newest.spec.template };
}

function numberOf({ metadata: { annotations } }: ReplicaSet): number {
  return Number(annotations?.[revisionKey] ?? 0);
}

function revisionIn({ metadata: { annotations } }: Deployment): number | undefined {
  const revision = Number(annotations?.[revisionKey] ?? 0);
  return revision === 0 ? undefined : revision;
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

// The workload of a side as the cluster tells it: the Deployment, and what its ready pods really run.
import type { Redeployed, RedeployTarget } from '../../world.ts';
import { isOfTarget, isSameImage } from './image.ts';
import { type Deployment, deploymentShape, type Pod, pods, type Template } from './objects.ts';
import type { Program, Said } from './program.ts';

/** The Deployment; else why it cannot be read. */
export async function readDeployment(kubectl: Program, name: string) {
  const said = await kubectl(['get', 'deployment', name, '-o', 'json']);
  const parsed = deploymentShape.safeParse(objectIn(said));
  if (parsed.success) return { found: parsed.data, fault: undefined };
  const fix = 'Check name, namespace and context under `rollback.redeploy.kubectl`.';
  return { found: undefined, fault: failed(`deployment/${name} cannot be read: ${said.because}`, fix) };
}

/** The pods that the Deployment's selector names; with the reason where they cannot be read. */
export async function podsOf(kubectl: Program, { metadata, spec }: Deployment) {
  const said = await kubectl(['get', 'pods', ...selectorOf(spec), '-o', 'json']);
  const parsed = pods.safeParse(objectIn(said));
  const because = parsed.success ? '' : `the pods of ${metadata.name} cannot be read: ${said.because}`;
  return { items: parsed.success ? parsed.data.items : [], because };
}

/** `-l app=shop`: what a Deployment calls its own; without it a whole namespace would be read. */
export function selectorOf({
  selector,
}: {
  readonly selector: { readonly matchLabels?: Readonly<Record<string, string>> | undefined };
}) {
  const labels = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  return labels.length === 0 ? [] : ['-l', labels.join(',')];
}

/** Whether all ready pods have the target, by their images and, where a tag was moved, by the digest that was really pulled. */
export async function readyPods(kubectl: Program, name: string, target: RedeployTarget, container: string | undefined) {
  const { found, fault } = await readDeployment(kubectl, name);
  if (found === undefined) return { ok: false, words: fault.words };
  const { items, because } = await podsOf(kubectl, found);
  if (because !== '') return { ok: false, words: because };
  const ready = items.filter(isReady);
  if (ready.length === 0) return { ok: false, words: `no pod of ${name} is ready` };
  const isNamed = (pod: Pod) => hasTarget(pod, target, container) || annotated(found.spec.template, target);
  const wrong = ready.find((pod) => !isNamed(pod) || pulledAnother(pod, target) !== undefined);
  const right = ready.filter((pod) => isNamed(pod) && pulledAnother(pod, target) === undefined);
  const words = `${right.length} of ${ready.length} ready pods of ${name} have ${target.version || target.sha.slice(0, 7)}`;
  if (wrong === undefined) return { ok: true, words };
  const pulled = isNamed(wrong) ? pulledAnother(wrong, target) : undefined;
  const other = pulled === undefined ? shown(wrong) : `the right name but runs ${pulled}: its tag was moved`;
  return { ok: false, words: `${words}; one has ${other}` };
}

/** Whether a template or pod is of the target, by image or annotation. */
export function hasTarget(of: Template, target: RedeployTarget, container: string | undefined): boolean {
  const named = of.spec.containers.filter(({ name }) => container === undefined || name === container);
  return named.some(({ image }) => isOfTarget(image, target)) || annotated(of, target);
}

/** The images of a template, as people read them. */
export function shown(of: Template): string {
  return of.spec.containers.map(({ image }) => image).join(', ');
}

/** A redeploy that did not happen. */
export function failed(words: string, fix: string): Redeployed {
  return { ok: false, words, fix, notes: [] };
}

/** What a program printed as JSON; undefined where it failed or printed something else. */
export function objectIn({ ok, out }: Said): unknown {
  if (!ok) return undefined;
  try {
    return JSON.parse(out);
  } catch {
    return undefined;
  }
}

function isReady({ metadata: { deletionTimestamp }, status }: Pod): boolean {
  const isUp = status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True');
  return deletionTimestamp === undefined && isUp === true;
}

/** Our own annotation of the pods' template, for images whose names say no version. */
function annotated(of: Template, { sha }: RedeployTarget): boolean {
  return sha !== '' && of.metadata?.annotations?.['deploy/sha'] === sha;
}

/** The digest that a container really runs where the record knows another of the same repository; undefined where they agree or nobody can tell. */
function pulledAnother({ spec, status }: Pod, { artifact }: RedeployTarget): string | undefined {
  const wanted = artifact.flatMap((one) => (one.includes('@sha256:') ? [one] : []));
  for (const { name, imageID = '' } of status?.containerStatuses ?? []) {
    const image = spec.containers.find((one) => one.name === name)?.image ?? '';
    const same = wanted.filter((one) => isSameImage(one, image));
    const digest = /@(sha256:[0-9a-f]{64})$/.exec(imageID)?.[1];
    if (same.length > 0 && digest !== undefined && !same.some((one) => one.endsWith(digest))) return digest;
  }
  return undefined;
}

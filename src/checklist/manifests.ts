// The Kubernetes manifests that a line is judged by: a rendered file of the workspace, named files, or those that look like manifests.
import type { Answers } from '../evidence/answer.ts';
import type { Question, QuestionOf } from '../evidence/question.ts';
import { anyMatches } from '../kit/glob.ts';
import { asksWord, findWord } from './attestation.ts';
import type { Context } from './criterion.ts';
import { type Found, notTold, unknownFinding } from './finding.ts';
import type { ManifestOptions } from './options.ts';
import { noResource, type Resource, readManifests, type Workload, workloadsOf } from './report/kubernetes.ts';
import { asksReports, placeOf, reportAt } from './report-file.ts';
import { counted, listed } from './words.ts';

type Given = Partial<ManifestOptions>;

/** Where people keep manifests (ours). Templates and values are nothing without the tool that renders them. */
const usual = [
  '**/{k8s,kubernetes,manifests,kustomize}/**/*.{yml,yaml}',
  '{deploy,deployment,deployments,ops,infra}/**/*.{yml,yaml}',
  '!**/{test,tests,fixtures,examples,node_modules,templates}/**',
  '!**/values*.{yml,yaml}',
];

const rendering = ['**/kustomization.{yml,yaml}', '**/Kustomization', '**/Chart.yaml'];

/** More files than this cost more calls than a gate should make: a rendered one says it all (ours). */
const mostFiles = 40;

/** What must be asked for the manifests: the rendered file; else which files there are, then each of them. */
export function asksManifests(given: Given, context: Context, answers: Answers): readonly Question[] {
  if (given.rendered !== undefined) return asksReports([given.rendered], given.from, context, answers);
  const chosen = chosenPaths(given, context, answers);
  if (chosen.length === 0) return [listingOf(context), ...asksWord(given, context, answers)];
  return chosen.length > mostFiles ? [] : chosen.map((path) => fileOf(path, context));
}

export type Manifests =
  | { readonly kind: 'manifests'; readonly resources: readonly Resource[]; readonly where: string }
  | { readonly kind: 'open'; readonly found: Found };

/** The resources, or the finding that says why there are none: templates, too many, not told; without any at all somebody's word counts. */
export function manifestsFor(given: Given, context: Context, answers: Answers): Manifests {
  if (given.rendered !== undefined) {
    const place = placeOf(given.rendered, given.from, context, answers);
    const told = reportAt(place, 'the rendered manifests', readManifests, answers);
    return told.kind === 'open' ? told : { kind: 'manifests', resources: told.report, where: given.rendered };
  }
  const listing = answers.of(listingOf(context));
  if (listing.kind === 'unknown') return open(notTold(listing));
  if (!listing.value.complete)
    return open(unknownFinding('the repository has more files than GitHub lists', renderTodo, 'owner of the policy'));
  const chosen = chosenPaths(given, context, answers);
  const { paths } = listing.value;
  if (chosen.length === 0) return open(withoutFiles(given, paths, context, answers));
  if (chosen.length > mostFiles)
    return open(unknownFinding(`${chosen.length} files, more than ${mostFiles}`, renderTodo, 'owner of the policy'));
  if (chosen.some((path) => anyMatches(rendering, path)))
    return open(unknownFinding('kustomize builds these manifests', renderTodo, 'owner of the policy'));
  return readAll(chosen, given.manifests !== undefined, context, answers);
}

const renderTodo = [
  'render them in a step before the gate (',
  { code: 'helm template … > rendered.yml' },
  ', ',
  { code: 'kubectl kustomize … > rendered.yml' },
  ') and name the file under ',
  { code: 'with: rendered:' },
];

function withoutFiles(given: Given, paths: readonly string[], context: Context, answers: Answers): Found {
  if (given.manifests !== undefined) {
    const where = listed(given.manifests, 3);
    return unknownFinding(`no file is called ${where}`, 'correct `with: manifests:`', 'owner of the policy');
  }
  if (paths.some((path) => anyMatches(rendering, path)))
    return unknownFinding('the manifests are templates', renderTodo, 'owner of the policy');
  return findWord(given, context, answers, ['with: manifests:', 'with: rendered:']);
}

/** Files in the usual folders may be something else than manifests; named ones may not. */
function readAll(chosen: readonly string[], named: boolean, context: Context, answers: Answers): Manifests {
  const resources: Resource[] = [];
  let files = 0;
  for (const path of chosen) {
    const file = answers.of(fileOf(path, context));
    if (file.kind === 'unknown') return open(notTold(file));
    const told = readManifests(file.value.text);
    const isElse = told.kind === 'unreadable' && told.because === noResource;
    if (isElse && !named) continue;
    if (told.kind === 'unreadable')
      return open(unknownFinding(`${path} proves nothing: ${told.because}`, renderTodo, 'author'));
    resources.push(...told.report);
    files += 1;
  }
  if (files === 0)
    return open(unknownFinding('no file here is a Kubernetes manifest', 'name them under `with: manifests:`'));
  return { kind: 'manifests', resources, where: counted(files, 'file', 'files') };
}

/** The workloads of the manifests; none at all is unknown, for then nothing was judged. */
export function workloadsFor(
  which: 'lasting' | 'all',
  given: Given,
  context: Context,
  answers: Answers,
):
  | { readonly kind: 'workloads'; readonly workloads: readonly Workload[]; readonly resources: readonly Resource[] }
  | { readonly kind: 'open'; readonly found: Found } {
  const told = manifestsFor(given, context, answers);
  if (told.kind === 'open') return told;
  const workloads = workloadsOf(told.resources, which);
  if (workloads.kind === 'unreadable') return open(unknownFinding(workloads.because, renderTodo, 'author'));
  if (workloads.report.length === 0)
    return open(
      unknownFinding(`${told.where} with no workload`, 'name the manifests of the service under `with: manifests:`'),
    );
  return { kind: 'workloads', workloads: workloads.report, resources: told.resources };
}

/** `Deployment web`. */
export function called({ kind, name }: Pick<Resource, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

function chosenPaths({ manifests }: Given, context: Context, answers: Answers): readonly string[] {
  const paths = answers.value(listingOf(context))?.paths ?? [];
  return paths.filter((path) => anyMatches(manifests ?? usual, path));
}

function listingOf({ change }: Context): QuestionOf<'paths'> {
  return { kind: 'paths', sha: change.sha };
}

function fileOf(path: string, { change }: Context): QuestionOf<'file'> {
  return { kind: 'file', path, sha: change.sha };
}

function open(found: Found): { readonly kind: 'open'; readonly found: Found } {
  return { kind: 'open', found };
}

// A report file of the workspace, or of a workflow run's artifact, read by one of the readers; or the finding that says why nothing can be said.
import type { Answers } from '../evidence/answer.ts';
import type { Question, QuestionOf } from '../evidence/question.ts';
import type { Context } from './criterion.ts';
import { type Found, notTold, unknownFinding, waiting } from './finding.ts';
import { asksKin, twinShas } from './kinship.ts';
import type { ArtifactFrom } from './options.ts';
import type { Read } from './report/reading.ts';

/** Where a report lies: in the workspace, or in the artifact of a run on one of these commits, the judged one first. */
export interface ReportPlace {
  readonly path: string;
  readonly from: ArtifactFrom | undefined;
  readonly shas: readonly string[];
}

export type ReportRead<T> =
  | { readonly kind: 'report'; readonly report: T }
  | { readonly kind: 'open'; readonly found: Found };

/** The place of a report as the policy says it. */
export function placeOf(
  path: string,
  from: ArtifactFrom | undefined,
  { change }: Pick<Context, 'change'>,
  answers: Answers,
): ReportPlace {
  return { path, from, shas: from === undefined ? [] : [change.sha, ...twinShas(change, answers)] };
}

/** Asks for reports at these paths. */
export function asksReports(
  paths: readonly string[],
  from: ArtifactFrom | undefined,
  context: Pick<Context, 'change'>,
  answers: Answers,
): readonly Question[] {
  if (from === undefined) return paths.map((path) => ({ kind: 'workspace-file', path }) as const);
  const places = paths.map((path) => placeOf(path, from, context, answers));
  return [
    ...asksKin(context.change, answers),
    ...places.flatMap((place) => place.shas.map((sha) => inArtifact(place.path, from, sha))),
  ];
}

/** The report at a path of the workspace, or at a place. Missing, unreadable and not told are each `unknown` with the reason: never a pass.
 * `what`: `a JUnit report`. */
export function reportAt<T>(
  where: string | ReportPlace,
  what: string,
  reader: (text: string) => Read<T>,
  answers: Answers,
): ReportRead<T> {
  const place = typeof where === 'string' ? { path: where, from: undefined, shas: [] } : where;
  const { path, from } = place;
  const text = from === undefined ? inWorkspace(path, what, answers) : inRuns(place, from, answers);
  if (typeof text !== 'string') return { kind: 'open', found: text };
  const told = reader(text);
  if (told.kind === 'report') return told;
  return {
    kind: 'open',
    found: unknownFinding(`${path} proves nothing: ${told.because}`, `give the whole of ${what}`, 'author'),
  };
}

function inWorkspace(path: string, what: string, answers: Answers): string | Found {
  const file = answers.of({ kind: 'workspace-file', path });
  if (file.kind === 'unknown') return notTold(file);
  if (file.value.found) return file.value.text;
  const todo = `write ${what} there in a step before the gate, or name its path under \`with:\``;
  return unknownFinding(`there is no report at ${path}`, todo, 'author');
}

/** Of the judged commit first. Only where nothing is found there does a commit with the identical tree speak for it. */
function inRuns({ path, shas }: ReportPlace, from: ArtifactFrom, answers: Answers): string | Found {
  const missed: Found[] = [];
  for (const sha of shas) {
    const told = answers.of(inArtifact(path, from, sha));
    if (told.kind === 'unknown') return notTold(told);
    if (told.value.found) return told.value.text;
    const { because, remedy, pending } = told.value;
    if (pending) return waiting('ci', because, remedy, 'CI');
    missed.push(unknownFinding(because, remedy, 'author'));
  }
  return missed[0] ?? unknownFinding('no commit is judged', 'name one');
}

function inArtifact(path: string, { artifact, workflow }: ArtifactFrom, sha: string): QuestionOf<'artifact-file'> {
  const question = { kind: 'artifact-file', artifact, path, sha } as const;
  return workflow === undefined ? question : { ...question, workflow };
}

/** What evidence from the workspace of a pull request ends with: its own steps wrote the file. */
export function origin({ moment }: Pick<Context, 'moment'>): string {
  return moment === 'review' ? ', from this pull request' : '';
}

// The files of the commit by their paths: which match, and which hold the configuration of an environment.
import type { Answers } from '../evidence/answer.ts';
import type { QuestionOf } from '../evidence/question.ts';
import { anyMatches } from '../kit/glob.ts';
import type { Context } from './criterion.ts';
import { type Found, notTold, unknownFinding } from './finding.ts';

/** The question for all paths of the judged commit. */
export function listingOf({ change }: Pick<Context, 'change'>): QuestionOf<'paths'> {
  return { kind: 'paths', sha: change.sha };
}

export type Listing =
  | { readonly kind: 'paths'; readonly paths: readonly string[] }
  | { readonly kind: 'open'; readonly found: Found };

/** All paths of the commit; a list that GitHub cut short is unknown, for what is missing from it may be there. */
export function listing(context: Pick<Context, 'change'>, answers: Answers): Listing {
  const told = answers.of(listingOf(context));
  if (told.kind === 'unknown') return { kind: 'open', found: notTold(told) };
  if (told.value.complete) return { kind: 'paths', paths: told.value.paths };
  const because = 'the repository has more files than GitHub lists';
  return { kind: 'open', found: unknownFinding(because, 'let a file or a command of the line say it', 'author') };
}

/** The paths that match, as far as they are known yet. */
export function matching(
  globs: readonly string[],
  context: Pick<Context, 'change'>,
  answers: Answers,
): readonly string[] {
  const paths = answers.value(listingOf(context))?.paths ?? [];
  return paths.filter((path) => anyMatches(globs, path));
}

/** Where people keep what differs from environment to environment (ours), `@` for its name. */
const usual = [
  '**/.env.@',
  '**/{config,configs,environments,env,settings}/@.*',
  '**/{config,configs,environments,env,overlays,deploy,infra}/@/**',
  '**/{values,application,appsettings,config,settings,environment}{-,.,_}@.*',
  '**/@.tfvars',
];

/** Globs of the files that configure an environment: `written` with `{environment}` filled in, else the usual places. */
export function configurationOf(environment: string, written?: readonly string[]): readonly string[] {
  if (written !== undefined) return written.map((glob) => glob.replaceAll('{environment}', environment));
  const plain = environment.replace(/[^\w.-]/g, '?');
  const capital = `${plain.slice(0, 1).toUpperCase()}${plain.slice(1)}`;
  const names = [plain, capital, ...(plain === 'production' ? ['prod'] : [])];
  return usual.flatMap((glob) => names.map((name) => glob.replaceAll('@', name)));
}

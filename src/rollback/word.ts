// A person's word at a rollback: whether who presses may set a guard aside. What cannot be read never stops flag or traffic.
import type { Answers } from '../evidence/answer.ts';
import type { Permission } from '../evidence/fact.ts';
import type { Question } from '../evidence/question.ts';
import type { Run } from '../evidence/run.ts';
import type { Effective } from '../policy/effective.ts';
import { coversId } from '../policy/overridden.ts';

export interface WordInputs {
  readonly override: readonly string[];
  readonly 'override-reason': string;
}

/** What a word is worth. */
export interface Word {
  /** Guards that are set aside. */
  readonly ids: readonly string[];
  /** Sentences for the report: who, why, on which right, and what is owed. */
  readonly notes: readonly string[];
  /** Why some were not set aside; empty when all were. */
  readonly refused: string;
  /** Something was to be set aside, whether it was or not. */
  readonly wanted: boolean;
}

type Right = Pick<Effective, 'roles' | 'overrides' | 'environment'>;

/** The shortest reason that says something (ACTIONS.md, "override"). */
const shortest = 10;
const writers: readonly Permission[] = ['admin', 'maintain', 'write'];

/** Asks who holds the roles; nothing when nothing is to be set aside. */
export function asksWord(inputs: WordInputs, policy: Right, run: Run): readonly Question[] {
  if (inputs.override.length === 0) return [];
  const teams = askHolders(holders(policy), policy);
  return policy.overrides.breakGlass ? [...teams, { kind: 'permission', login: run.triggeringActor }] : teams;
}

/** Asks who stands behind holders of a role: teams and reviewers of the environment. */
export function askHolders(
  holders: readonly string[],
  { environment }: Pick<Right, 'environment'>,
): readonly Question[] {
  return holders.flatMap((holder): readonly Question[] => {
    if (holder === 'environment-reviewers') return [{ kind: holder, environment }];
    return holder.includes('/') ? [{ kind: 'team-members', team: bare(holder) }] : [];
  });
}

/** The word of who presses. `partial`: the policy's roles could not be read, as with GitHub down or a broken file. */
export function wordOf(
  inputs: WordInputs,
  at: { readonly policy: Right; readonly run: Run; readonly partial: boolean },
  answers: Answers,
): Word {
  const { policy, run, partial } = at;
  const wanted = inputs.override;
  if (wanted.length === 0) return nothing('');
  const reason = inputs['override-reason'].trim();
  if (!run.byPerson) return nothing('Only a person sets a guard aside, with mode: execute started by hand');
  if (reason.length < shortest)
    return nothing('The override has no reason of at least 10 characters (input override-reason)');
  const person = run.triggeringActor;
  const said = (how: string) => [
    `${person} set aside ${wanted.join(', ')}${how}: ${reason}. To be reviewed within 24 h`,
  ];
  if (partial)
    return {
      ids: wanted,
      notes: said(' (roles could not be read, so nobody checked them)'),
      refused: '',
      wanted: true,
    };
  const { allow, by, breakGlass } = policy.overrides;
  const strange = wanted.filter((id) => !allow.some((allowed) => coversId(allowed, id)));
  if (strange.length > 0)
    return nothing(
      `The policy lets nobody set aside ${strange.join(', ')}: \`overrides: allow:\` has ${allow.join(', ') || 'nothing'}`,
    );
  const told = holders(policy).map((holder) => membersOf(holder, policy, answers));
  if (told.some((logins) => logins?.includes(person.toLowerCase()) === true))
    return { ids: wanted, notes: said(''), refused: '', wanted: true };
  const may = answers.value({ kind: 'permission', login: person });
  if (breakGlass && may !== undefined && writers.includes(may))
    return { ids: wanted, notes: said(' with break-glass'), refused: '', wanted: true };
  if (told.includes(undefined))
    return { ids: wanted, notes: said(` (who holds ${by.join(', ')} could not be read)`), refused: '', wanted: true };
  return nothing(
    `${person} may not set aside ${wanted.join(', ')}: \`overrides: by:\` names ${by.join(', ') || 'no role'}`,
  );
}

/** The decision with what the word did: in its notes, or behind the refusal that it could not lift. */
export function withWord<T extends { readonly kind: string }>(
  decision:
    | T
    | (T & { readonly notes: readonly string[] })
    | (T & { readonly because: string; readonly reason: string }),
  word: Word,
): T {
  if ('notes' in decision) return { ...decision, notes: [...decision.notes, ...word.notes] };
  const isGuards = 'reason' in decision && ['contract-migration', 'condemned'].includes(decision.reason);
  return isGuards && word.refused !== '' ? { ...decision, because: `${decision.because}. ${word.refused}` } : decision;
}

function nothing(refused: string): Word {
  return { ids: [], notes: [], refused, wanted: refused !== '' };
}

function holders({ roles, overrides }: Right): readonly string[] {
  return overrides.by.flatMap((role) => roles[role] ?? []);
}

/** Logins in lower case; undefined when nobody could tell. Code owners are those of files, and no file is asked about here. */
export function membersOf(
  holder: string,
  { environment }: Pick<Right, 'environment'>,
  answers: Answers,
): readonly string[] | undefined {
  if (holder === 'codeowners') return [];
  if (holder === 'environment-reviewers') return lower(answers.value({ kind: holder, environment }));
  return holder.includes('/')
    ? lower(answers.value({ kind: 'team-members', team: bare(holder) }))
    : lower([bare(holder)]);
}

function lower(logins: readonly string[] | undefined): readonly string[] | undefined {
  return logins?.map((login) => login.toLowerCase());
}

function bare(holder: string): string {
  return holder.replace(/^@/, '');
}

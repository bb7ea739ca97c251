// Code behind a closed flag: which paths lie behind which flag, as the commit before the change has it, and whether those flags are off.
import { parse } from 'yaml';
import { z } from 'zod';
import type { Answers } from '../evidence/answer.ts';
import type { Question, QuestionOf } from '../evidence/question.ts';
import { anyMatches } from '../kit/glob.ts';
import type { Effective } from '../policy/effective.ts';
import { asksFlag, flagTold } from './flags.ts';
import type { Moment } from './moment.ts';
import type { Range } from './range.ts';
import { listed } from './words.ts';

/** By flag the globs of the code that does nothing while it is off. Read where the change begins: no change says of itself that it is harmless. */
const path = '.github/flagged-code.yml';
const shape = z.record(z.string().regex(/^[\w.-]{1,80}$/), z.array(z.string().min(1)).min(1));

/** More flags in one change than this are no small change (ours), and each costs a call. */
const mostFlags = 10;

interface Case {
  readonly policy: Effective;
  readonly moment: Moment;
  readonly range: Pick<Range, 'base' | 'sha' | 'files' | 'complete'>;
}

/** Nothing, unless a rule, a type or a line of the policy asks for closed flags; else the file, then the flags whose code changes. */
export function asksFlagged(given: Case, answers: Answers): readonly Question[] {
  const file = fileOf(given);
  if (file === undefined) return [];
  const names = coveringFlags(given, answers).flags;
  return [file, ...names.flatMap((name) => asksFlag(name, flagCase(given)))];
}

export interface Flagged {
  /** True: all that changes lies behind flags that are off. Undefined where nobody can tell. */
  readonly disabled: boolean | undefined;
  /** Why nobody can tell although all of it lies behind flags; empty otherwise. */
  readonly because: string;
}

/** Whether everything that changes lies behind flags that are off in this environment. */
export function flaggedOf(given: Case, answers: Answers): Flagged {
  const { flags, covered } = coveringFlags(given, answers);
  if (!covered) return { disabled: undefined, because: '' };
  const told = flags.map((name) => ({ name, flag: flagTold(name, flagCase(given), answers) }));
  const silent = told.flatMap(({ name, flag }) => {
    if (flag.kind === 'unknown') return [`${name}: ${flag.because}`];
    return flag.value.found && !flag.value.archived ? [] : [`${name}: there is no such flag`];
  });
  if (silent.length > 0)
    return { disabled: undefined, because: `not known whether its flag is off (${listed(silent, 2)})` };
  return { disabled: told.every(({ flag }) => flag.kind === 'known' && !flag.value.enabled), because: '' };
}

/** The flags behind which the changed files lie; `covered` when every file lies behind one, the place it was moved from too. */
function coveringFlags(
  given: Case,
  answers: Answers,
): { readonly flags: readonly string[]; readonly covered: boolean } {
  const none = { flags: [], covered: false };
  const file = fileOf(given);
  const told = file === undefined ? undefined : answers.value(file);
  const parsed = told?.found === true ? shape.safeParse(yaml(told.text)) : undefined;
  const { files, complete } = given.range;
  if (parsed?.success !== true || !complete || files.length === 0) return none;
  const paths = files.flatMap((one) => (one.previous === undefined ? [one.path] : [one.path, one.previous]));
  const found = paths.map((one) => Object.entries(parsed.data).find(([, globs]) => anyMatches(globs, one))?.[0]);
  const flags = [...new Set(found.flatMap((name) => name ?? []))];
  return found.includes(undefined) || flags.length > mostFlags ? none : { flags, covered: true };
}

function fileOf({ policy, range }: Case): QuestionOf<'file'> | undefined {
  const asking = [...policy.tiers.rules, ...policy.types, ...policy.checklist].some(
    (one) => one.when?.flag !== undefined,
  );
  return asking && range.base !== '' ? { kind: 'file', path, sha: range.base } : undefined;
}

function flagCase({ policy, moment, range }: Case) {
  return { policy, moment, change: { sha: range.sha } };
}

function yaml(text: string): unknown {
  try {
    return parse(text, { version: '1.2', maxAliasCount: 10, prettyErrors: false });
  } catch {
    return undefined;
  }
}

// Stale flags: older than `flags.max-age`, still there after `remove-after-full`, or left off for good. Each is code with two ways that nobody needs.
import { parse } from 'yaml';
import type { Answers } from '../../evidence/answer.ts';
import type { Question } from '../../evidence/question.ts';
import type { FlagFact } from '../../evidence/service.ts';
import { formatDuration } from '../../kit/duration.ts';
import { forwards } from '../../record/history.ts';
import type { Case } from '../checklist.ts';
import { type Found, fail, pass, unknownFinding } from '../finding.ts';
import { asksFlag, flagsIn, flagTold } from '../flags.ts';
import { ago } from '../words.ts';
import { type Chore, choreOf, unread } from './chore.ts';
import { flagLinesOf } from './lines.ts';

/** So many of the newest deployments are looked at for the flags that their pull requests name (ours). */
const mostDeployments = 30;

interface Named {
  readonly name: string;
  /** When the deployment that named it first had succeeded, ms; absent where none did. */
  readonly fullAt?: number;
}

/** Asks for the pull requests of the newest deployments, then for each flag that anything names. */
export function asksFlags(judged: Case, answers: Answers): readonly Question[] {
  if (!isAsked(judged)) return [];
  return [
    ...pullsOf(judged).map(({ number }) => ({ kind: 'pull', number }) as const),
    ...asksFlag('', judged).filter(({ kind }) => kind === 'file'),
    ...flagsNamed(judged, answers).flatMap(({ name }) => asksFlag(name, judged)),
  ];
}

/** One chore a flag. */
export function choresOfFlags(judged: Case, answers: Answers): readonly Chore[] {
  if (!isAsked(judged)) return [];
  return flagsNamed(judged, answers).map((named) => {
    const key = `flag ${named.name}`;
    const title = `Flag ${named.name}`;
    const told = flagTold(named.name, judged, answers);
    if (told.kind === 'unknown') return unread(key, title, told);
    return choreOf({ key, title, who: '', quiet: false }, stale(named, told.value, judged));
  });
}

/** Where the policy says how long flags may live, or has a line about it. */
function isAsked({ policy }: Case): boolean {
  const { flags, checklist } = policy;
  const told = flagLinesOf(policy);
  if (flags?.provider === undefined) return false;
  const aged = flags.maxAgeMs !== undefined || flags.removeAfterFullMs !== undefined;
  return aged || checklist.some(({ id, moment }) => moment === 'hygiene' && told.includes(id));
}

function stale({ name, fullAt }: Named, flag: FlagFact, { policy, now }: Case): Found {
  const { maxAgeMs, removeAfterFullMs } = policy.flags ?? {};
  if (!flag.found || flag.archived) return pass(`${name} is gone`);
  const age = flag.createdAt === undefined ? undefined : now - flag.createdAt;
  const fullFor = fullAt === undefined ? undefined : now - fullAt;
  if (removeAfterFullMs !== undefined && fullFor !== undefined && fullFor > removeAfterFullMs) {
    const state = flag.enabled ? 'on' : 'off';
    const since = `the deployment that brought it succeeded ${ago(fullAt ?? now, now)}`;
    const what = flag.enabled ? 'the old way out of the code' : 'the new way out of the code, or mend it';
    return fail(`it is ${state}, and ${since}`, `take ${what}, then archive the flag`, 'author');
  }
  if (maxAgeMs !== undefined && age !== undefined && age > maxAgeMs) {
    const words = `${flag.enabled ? 'on' : 'off'}, made ${ago(flag.createdAt ?? now, now)}`;
    return fail(
      words,
      `flags live ${formatDuration(maxAgeMs)} at most: decide, and take one way out of the code`,
      'author',
    );
  }
  if (age === undefined && fullFor === undefined)
    return unknownFinding(
      'nobody tells how old it is',
      'name it in the pull request that brings it (`Flag: …`), or write `created:` into the flags’ file',
    );
  return pass(flag.enabled ? 'on' : 'off');
}

function flagsNamed(judged: Case, answers: Answers): readonly Named[] {
  const { policy } = judged;
  const byPull = pullsOf(judged).flatMap(({ number, succeededAt }) => {
    const pull = answers.value({ kind: 'pull', number });
    return flagsIn(pull?.body ?? '').map(
      (name): Named => ({ name, ...(succeededAt === undefined ? {} : { fullAt: succeededAt }) }),
    );
  });
  const own = [policy.rollback.flag, ...inFile(judged, answers)].flatMap((name) =>
    name === undefined ? [] : [{ name }],
  );
  // The oldest deployment that named it comes last, and is the one that brought it.
  return [...new Map([...own, ...byPull].map((one) => [one.name, one])).values()];
}

function pullsOf({ change }: Case): readonly { readonly number: number; readonly succeededAt: number | undefined }[] {
  const newest = forwards(change.history).slice(0, mostDeployments);
  return newest.flatMap(({ payload, succeededAt }) =>
    payload.kind === 'deploy' ? payload.pulls.map((number) => ({ number, succeededAt })) : [],
  );
}

function inFile(judged: Case, answers: Answers): readonly string[] {
  const [file] = asksFlag('', judged);
  const text = file?.kind === 'file' ? answers.value(file)?.text : undefined;
  if (text === undefined || text === '') return [];
  try {
    const read: unknown = parse(text, { version: '1.2', maxAliasCount: 10, prettyErrors: false });
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? Object.keys(read) : [];
  } catch {
    return [];
  }
}

// One kind of check by its name: the checks of the commit that are called so, and how they stand together.
import type { Answers } from '../evidence/answer.ts';
import type { Question } from '../evidence/question.ts';
import { anyMatches } from '../kit/glob.ts';
import { type CiItem, ciOf } from './ci.ts';
import type { Context } from './criterion.ts';
import { type Found, fail, notTold, pass, unknownFinding, waiting } from './finding.ts';
import { asksKin, twinShas } from './kinship.ts';
import { asksSharing, isShared } from './shared-head.ts';
import { instant, listed } from './words.ts';

/** Which checks are meant: by globs that the policy gives, else by the words that such checks are usually called. */
export interface CheckNames {
  readonly globs: readonly string[];
  readonly usual: RegExp;
}

/** Asks for the checks of the commit, and of a commit with the identical tree. */
export function asksChecks({ change }: Context, answers: Answers): readonly Question[] {
  const twins = twinShas(change, answers).map((sha) => ({ kind: 'ci', sha }) as const);
  return [{ kind: 'ci', sha: change.sha }, ...asksSharing(change), ...asksKin(change, answers), ...twins];
}

/** All checks of that name passed. None of that name, or none that really ran, is unknown: silence proves nothing. */
export function findChecks(names: CheckNames, context: Context, answers: Answers): Found {
  const { change, run } = context;
  for (const sha of [change.sha, ...twinShas(change, answers)]) {
    const told = answers.of({ kind: 'ci', sha });
    if (told.kind === 'unknown') return notTold(told);
    const meant = ciOf(told.value, run, [], isShared(change, answers)).counted.filter((item) => isMeant(item, names));
    if (meant.length > 0) return together(meant);
  }
  const meant = names.globs.length > 0 ? `is called ${names.globs.join(', ')}` : 'has a name that says it is meant';
  return unknownFinding(
    `no check of this commit ${meant}`,
    ['name the check under ', { code: 'with: check:' }, ', or a JUnit report under ', { code: 'with: report:' }],
    'owner of the policy',
  );
}

function isMeant({ fact }: CiItem, { globs, usual }: CheckNames): boolean {
  const whole = `${fact.workflow ?? fact.app} / ${fact.name}`;
  if (globs.length > 0) return anyMatches(globs, fact.name) || anyMatches(globs, whole);
  return usual.test(fact.name);
}

function together(items: readonly CiItem[]): Found {
  const inState = (state: CiItem['state']) => items.filter((item) => item.state === state);
  const names = (some: readonly CiItem[]) =>
    listed(
      some.map(({ fact }) => fact.name),
      4,
    );
  const [failed, running, unclear, passed] = [
    inState('failed'),
    inState('running'),
    inState('unclear'),
    inState('passed'),
  ];
  if (failed.length > 0) return fail(`failed: ${names(failed)}`, 'mend or re-run what failed', 'author');
  if (running.length > 0)
    return waiting('ci', `still running: ${names(running)}`, 'nothing: the gate asks again', 'CI');
  if (unclear.length > 0)
    return unknownFinding(`ended in a way nobody knows: ${names(unclear)}`, 're-run these checks', 'author');
  if (passed.length === 0)
    return unknownFinding(`skipped: ${names(items)}`, 'run these checks on this commit', 'author');
  const newest = Math.max(...passed.map(({ fact }) => fact.completedAt ?? fact.startedAt));
  return pass(`${names(passed)}, ${instant(newest)}`, newest);
}

// Waiting for running checks: whether they are all that is missing, and whether they still run.
import type { Ask } from '../evidence/answer.ts';
import { gather } from '../evidence/round.ts';
import type { Case } from './checklist.ts';
import { ciAllGreen } from './criteria/ci-all-green.ts';
import { type Finding, isClosing } from './finding.ts';

/** Time between two looks at running checks. A look is up to four calls, and a token has 1,000 an hour. */
export const ciPollMs = 20_000;

/** True when nothing but running checks keeps the gate shut: then waiting is worth while. */
export function onlyChecksRun(findings: readonly Finding[]): boolean {
  const closing = findings.filter(isClosing);
  return closing.length > 0 && closing.every(({ awaits }) => awaits === 'ci');
}

/** Asks afresh whether checks of this commit still run. What cannot be told counts as settled: the checklist then says so. */
export async function checksStillRun(ask: Ask, judged: Case): Promise<boolean> {
  const item = judged.policy.checklist.find(({ id }) => id === ciAllGreen.id);
  if (item === undefined) return false;
  const context = { ...judged, item };
  const answers = await gather(ask, (known) => ciAllGreen.asks(context, known));
  const found = ciAllGreen.finds(context, answers);
  return found.outcome === 'waiting';
}

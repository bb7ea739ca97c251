// The cause of a rollback: what the canary measured when it broke its limit, and the limit, in the words of its own report.
import type { Ask } from '../evidence/answer.ts';
import { plain } from '../kit/phrase.ts';
import type { Attempt } from '../record/history.ts';
import { readRecord } from '../record/keep.ts';
import { isBelieved } from '../record/seal.ts';
import { limitBreached } from './flag.ts';

/** The first sentence of the newest canary report that turned this Deployment back for a limit, with the measured value; empty where no limit was
 * broken, or where no record tells it. Asked when users are back, or when it is known that they are not going: at most one call. */
export async function causeOf(ask: Ask, left: Attempt | undefined, leg: string): Promise<string> {
  if (left === undefined || limitBreached(left) === undefined) return '';
  const told = await ask({ kind: 'records', sha: left.sha });
  if (told.kind === 'unknown') return '';
  const reports = told.value
    .flatMap((fact) => (isBelieved(fact.seal) ? (readRecord(fact) ?? []) : []))
    .filter((one) => one.action === 'canary-step' && one.verdict === 'rollback' && one.deploymentId === left.id)
    .filter((one) => one.environment === left.environment && (leg === '' || one.leg === leg));
  const newest = reports.sort((a, b) => b.at - a.at)[0];
  return newest === undefined ? '' : firstSentence(plain(newest.sentence));
}

/** Up to the first full stop that ends a sentence; one inside a number ends none. */
function firstSentence(text: string): string {
  const sentence = text.split(/(?<=[.!?])\s/)[0] ?? '';
  return sentence === '' || /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

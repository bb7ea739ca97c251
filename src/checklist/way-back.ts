// The way back, as every gate report shows it: to what, by which means, how fast, and until when.
import type { Answers } from '../evidence/answer.ts';
import { formatDuration } from '../kit/duration.ts';
import type { Phrase, PhrasePart } from '../kit/phrase.ts';
import type { Effective } from '../policy/effective.ts';
import { readHistory, unfinished } from '../record/history.ts';
import { sidesOf, whatRuns } from '../record/running.ts';
import type { Change } from './change.ts';
import { ago, coded } from './words.ts';

interface At {
  readonly policy: Effective;
  readonly change: Change;
  readonly now: number;
  /** The side that has the users, where the router told; else empty. */
  readonly stableSide: string;
}

/** While a Deployment is unfinished the way back is what it started from: what runs now. Empty where the record could not be read. */
export function wayBackOf(at: At, answers: Answers): Phrase {
  const { policy, change, now } = at;
  const told = answers.of({ kind: 'deployments', environment: policy.environment });
  if (told.kind === 'unknown') return coded(`unknown: ${told.because}.`);
  const runs = whatRuns(change.history) ?? change.predecessor;
  if (runs === undefined) return 'none: nothing of ours runs here yet.';
  const side = at.stableSide || sidesOf(runs)?.canary || '';
  const means: readonly PhrasePart[] = [
    { code: runs.payload.version },
    side === '' ? '' : ` on ${side}`,
    `, ${meansOf(policy)}${drilled(policy, change, now, answers)}`,
    policy.traffic?.router === undefined ? '' : `, warm until ${formatDuration(policy.traffic.keepOldMs)} after full`,
  ];
  const flag = policy.rollback.flag;
  return flag === undefined ? [...means, '.'] : [...means, '; flag ', { code: flag }, '.'];
}

function meansOf({ traffic, rollback }: Effective): string {
  if (traffic?.router !== undefined) return 'by traffic';
  if (rollback.redeploy !== undefined) return 'by redeploy';
  return 'by hand (the policy names neither a router nor a redeploy)';
}

function drilled(policy: Effective, change: Change, now: number, answers: Answers): string {
  const environment = policy.rollback.drill?.environment ?? policy.environment;
  const facts = answers.value({ kind: 'deployments', environment });
  const history =
    facts === undefined ? change.history : readHistory(facts, { environment, unit: policy.unit.name ?? '' });
  const drill = history.attempts.find((attempt) => attempt.task === 'deploy:drill' && !unfinished(attempt));
  if (drill?.succeededAt === undefined) return ', never drilled';
  return `, ${formatDuration(drill.succeededAt - drill.beganAt)} (drilled ${ago(drill.succeededAt, now)})`;
}

// Readiness: could a rollback go back this minute, to what, by which way, and within what time. It decides nothing and moves nothing.
import type { Known, Unknown } from '../evidence/answer.ts';
import type { DeploymentFact, SideFact } from '../evidence/fact.ts';
import type { Effective } from '../policy/effective.ts';
import { readHistory } from '../record/history.ts';
import { sidesOf, whatRuns } from '../record/running.ts';
import type { WayBackNow } from '../record/way-back-now.ts';
import { schemaGuard } from './guard.ts';
import { ofLeg } from './leg.ts';
import { redeploysBy } from './redeploy.ts';
import { lastKnownGood } from './target.ts';
import { chooseWay, nameOf } from './way.ts';

export interface Seen {
  readonly policy: Effective;
  readonly facts: Known<readonly DeploymentFact[]> | Unknown;
  readonly sides: readonly SideFact[];
  readonly weights: Known<Readonly<Record<string, number>>> | Unknown;
  readonly now: number;
}

/** What pressing rollback with its default inputs would find: last known good, the way `auto` takes, and the schema guard. */
export function readinessOf({ policy, facts, sides, weights, now }: Seen): WayBackNow {
  if (facts.kind === 'unknown') return { kind: 'unknown', because: facts.because, fix: facts.remedy };
  const leg = policy.leg ?? '';
  const history = ofLeg(
    readHistory(facts.value, { environment: policy.environment, unit: policy.unit.name ?? '' }),
    leg,
  );
  if (whatRuns(history) === undefined) return { kind: 'first' };
  const found = lastKnownGood(history, { now, leg, minAgeMs: policy.rollback.minAgeMs });
  if (found.kind === 'none') return { kind: 'no-target', because: found.because };
  const { target, from } = found;
  const keeps = from === undefined || from.succeededAt !== undefined ? '' : (sidesOf(from, leg)?.stable ?? '');
  const canRedeploy = redeploysBy(policy) !== undefined;
  const way = chooseWay({ how: 'auto', target, sides, weights, keeps, canRedeploy });
  if (way.kind === 'flag') throw new Error('A version does not go back by a flag. This is a fault, please report it.');
  if (way.kind === 'none') return { kind: 'none', because: way.because, fix: way.fix };
  const guard = schemaGuard(history, target.deploymentId);
  if (guard.kind === 'closed' && way.kind !== 'there') {
    const because = `${nameOf(target)} cannot run on today's schema: ${guard.because}`;
    return { kind: 'none', because, fix: 'Fix forward, or set the guard aside with override: contract-migration' };
  }
  const newest = history.attempts.find((one) => one.task === 'deploy:rollback' && one.succeededAt !== undefined);
  const tookMs = newest?.succeededAt === undefined ? undefined : newest.succeededAt - newest.beganAt;
  return {
    kind: 'ready',
    target: nameOf(target),
    way: way.kind,
    side: way.side,
    budgetMs: policy.rollback.budgetMs,
    tookMs,
  };
}

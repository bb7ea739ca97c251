// What a smoke test tells people: that the deployment is done when its pass was the last thing asked, that it is held when it fails.
import { type Announcing, announcingOf } from '../record/announcing.ts';
import type { Evidence } from '../record/evidence.ts';
import type { Ending } from './ending.ts';
import type { Decision } from './result.ts';
import { isWritable } from './standing.ts';

/** Nothing is told of a test that belongs to no deployment under way. */
export function tellingsOf(ending: Ending, decision: Decision, evidence: Evidence): readonly Announcing[] {
  const { scene, standing, walked } = ending;
  const { attempt, policy, run } = scene;
  if (!isWritable(attempt) || scene.moment === 'review' || walked === undefined) return [];
  const done = decision.verdict === 'pass' && standing.last;
  if (!done && decision.verdict !== 'fail') return [];
  const { payload } = attempt;
  const forward = payload.kind === 'deploy' ? payload : undefined;
  const about = {
    from: forward?.previous?.version ?? '',
    plan: forward?.plan ?? '',
    risk: forward?.tier ?? '',
    who: run.triggeringActor,
    progress: done ? '' : `smoke test: ${decision.because}`,
    usersExposed: standing.exposed ? undefined : 0,
  };
  const event = done ? ({ event: 'done', perLeg: true } as const) : ({ event: 'held', what: 'smoke' } as const);
  return announcingOf(policy, evidence, { ...about, ...event }, { silent: ending.dryRun || run.pull?.fork === true });
}

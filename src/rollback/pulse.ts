// The pulse: while a rollback takes long, who wants to hear progress hears it every so many minutes of the press (`announce.heartbeat`).

import type { Run } from '../evidence/run.ts';
import { formatDuration } from '../kit/duration.ts';
import type { Effective } from '../policy/effective.ts';
import { type Announcing, announcingOf, heartbeatOf } from '../record/announcing.ts';
import type { Course } from './course.ts';
import { pullsOf } from './journal.ts';
import type { Clock } from './port.ts';
import type { Decision } from './situation.ts';
import { nameOf } from './way.ts';

interface World {
  readonly clock: Clock;
  readonly run: Run;
  readonly announce: (event: Announcing) => Promise<void>;
}

export interface Beating {
  readonly policy: Effective;
  readonly course: Course;
  readonly decision: Decision;
}

/** Does the work and tells of it meanwhile, each time a whole heartbeat since the press is over. Best effort: a channel changes nothing, and
 * nobody waits for one. */
export async function withPulse<T>(world: World, leg: Beating, phase: string, work: () => Promise<T>): Promise<T> {
  const everyMs = heartbeatOf(leg.policy);
  if (everyMs === undefined || leg.decision.kind !== 'go') return work();
  const over = new AbortController();
  beat(world, leg, { phase, everyMs, over: over.signal }).catch(() => undefined);
  try {
    return await work();
  } finally {
    over.abort();
  }
}

async function beat(
  { clock, run, announce }: World,
  { policy, course, decision }: Beating,
  { phase, everyMs, over }: { readonly phase: string; readonly everyMs: number; readonly over: AbortSignal },
): Promise<void> {
  if (decision.kind !== 'go') return;
  const { from, target, way } = decision;
  for (;;) {
    const spent = clock.now() - course.beganAt;
    await clock.sleep(everyMs - (spent % everyMs), over);
    if (over.aborted) return;
    const at = clock.now();
    const since = formatDuration(at - course.beganAt);
    const title = `rolling back to ${nameOf(target)} for ${since}`;
    const source = {
      environment: policy.environment,
      unit: policy.unit.name ?? '',
      leg: course.leg,
      sha: from?.sha ?? target.sha,
      version: from?.payload.version ?? target.version,
      pulls: pullsOf(from),
      deploymentId: course.begunId() ?? null,
      run: { id: run.id, attempt: run.attempt, url: run.url, job: run.job },
      at,
      verdict: '',
      reason: '',
      reportOnly: false,
      title,
      sentence: `Users are brought back to ${nameOf(target)} by ${way.kind}: ${phase}.`,
      wayBack: '',
      migration: '',
    };
    const about = from === undefined ? {} : { about: from.id };
    const progress = `${phase}, ${since} since the press`;
    const occurrence = { event: 'progress', ...about, progress, who: run.triggeringActor, perLeg: true } as const;
    for (const event of announcingOf(policy, source, occurrence, { silent: false }))
      void announce(event).catch(() => undefined);
  }
}

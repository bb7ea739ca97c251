// Tidings of a canary: what people are told of promotions, holds, rollbacks and the end, and of progress while a stage bakes.
import { formatDuration } from '../kit/duration.ts';
import { plain } from '../kit/phrase.ts';
import type { Stage } from '../policy/parts.ts';
import { type Announcing, announcingOf, heartbeatOf, type Occurrence } from '../record/announcing.ts';
import type { Evidence } from '../record/evidence.ts';
import { hadUsers } from '../record/running.ts';
import { type PollLog, pooled } from './sample.ts';
import type { Scene } from './scene.ts';

type Source = Parameters<typeof announcingOf>[1];

/** What an ending tells the tidings. */
export interface Ended {
  readonly verdict: string;
  readonly reason: string;
  readonly stage: string;
  readonly weight: number;
  readonly stopped: boolean;
  readonly dryRun: boolean;
  readonly moments: Evidence['moments'];
  /** Of all stages that this call looked at. */
  readonly polls: PollLog;
}

/** What is told once a step has ended and is recorded. Promotions on the way were told when they came. */
export function tidingsOf(scene: Scene, ended: Ended, evidence: Evidence | undefined): readonly Announcing[] {
  const event = eventOf(scene, ended);
  if (evidence === undefined || event === undefined) return [];
  const progress = ended.moments.map(({ stage, verdict }) => `${stage}: ${verdict}`).join(', ');
  const perLeg = event === 'done' || event === 'promoted';
  // A hold at another stage, or for another reason, is news; the same one seen by the next call is not.
  const what = { promoted: ended.reason, held: held(ended), asked: held(ended) }[String(event)] ?? '';
  const told = { ...about(scene), event, what, progress, perLeg, usersExposed: exposed(scene, ended) };
  return announcingOf(scene.policy, evidence, told, { silent: ended.dryRun });
}

function held({ stage, reason }: Ended): string {
  return [stage, reason].filter((part) => part !== '').join(' ');
}

/** Done is said by whoever finishes the last thing that the policy asks; a smoke test after the plan does that itself. */
function eventOf({ plan, policy }: Scene, { verdict, reason, stopped }: Ended): Occurrence['event'] | undefined {
  if (verdict === 'rollback') return 'rolled-back';
  if (verdict === 'hold') {
    if (['baking', 'handed-over', 'already-promoted'].includes(reason)) return undefined;
    return reason === 'asking' || (stopped && policy.enforce === 'report') ? 'asked' : 'held';
  }
  if (verdict !== 'promote' || reason !== 'completed') return undefined;
  return plan.smoke.after === undefined ? 'done' : 'promoted';
}

/** Requests of the new version over all stages, by the metric that counted most; 0 when it never had a share, undefined when nobody counted them
 * all: an earlier call may have given it users, at stages that this one has not looked at. */
function exposed({ attempt }: Scene, { polls, moments }: Ended): number | undefined {
  const metrics = [...new Set(polls.flatMap(({ samples }) => Object.keys(samples)))];
  const counted = metrics.flatMap((metric) => pooled(polls, metric, 'canary')?.total ?? []);
  const most = Math.max(0, ...counted);
  const seen = new Set(polls.map(({ stage }) => stage));
  const earlier = attempt !== undefined && hadUsers(attempt, most > 0 ? seen : new Set());
  return !earlier && (counted.length > 0 || moments.length === 0) ? most : undefined;
}

/** A stage other than the last is promoted: told at once, by each leg for itself. */
export function promotion(scene: Scene, stage: Stage, now: number): readonly Announcing[] {
  const next = scene.plan.stages[scene.plan.stages.findIndex(({ id }) => id === stage.id) + 1];
  if (next === undefined) return [];
  const progress = `${stage.weight} % after ${formatDuration(stage.bakeMs)} of bake; next ${next.id}, ${next.weight} %`;
  const told = { ...about(scene), event: 'promoted', what: stage.id, progress, perLeg: true } as const;
  return announcingOf(scene.policy, sourceOf(scene, `${stage.id}, ${stage.weight} %`, now), told, { silent: false });
}

/** What a line with `heartbeat` hears while a stage bakes. */
function pulse(
  scene: Scene,
  stage: Stage,
  at: { readonly since: number; readonly now: number },
  figures = '',
): readonly Announcing[] {
  const baked = at.now - at.since;
  const left = Math.max(0, stage.bakeMs - baked);
  const progress = `${stage.id}, ${stage.weight} % of the users for ${formatDuration(baked)}, ${formatDuration(left)} of bake left${figures === '' ? '' : `: ${figures}`}`;
  const what = `${stage.id} ${at.now}`;
  const told = { ...about(scene), event: 'progress', what, progress, perLeg: true } as const;
  return announcingOf(scene.policy, sourceOf(scene, `${stage.id}, ${stage.weight} %`, at.now), told, { silent: false });
}

/** Tells progress every so often; one leg of several speaks for all, the first. */
export class Heartbeat {
  readonly #scene: Scene;
  readonly #announce: (event: Announcing) => Promise<void>;
  readonly #everyMs: number | undefined;
  #since = 0;
  #last = 0;
  #stage = '';

  constructor(scene: Scene, announce: (event: Announcing) => Promise<void>) {
    this.#scene = scene;
    this.#announce = announce;
    const { policy } = scene;
    const speaks = policy.legs.length === 0 || policy.legs[0] === policy.leg;
    this.#everyMs = speaks ? heartbeatOf(policy) : undefined;
  }

  /** Called at every poll; does nothing until it is time. Not waited for: a slow channel must not delay a look at the users. */
  beat(stage: Stage, now: number): void {
    if (this.#stage !== stage.id) {
      this.#stage = stage.id;
      this.#since = now;
      this.#last = now;
    }
    if (this.#everyMs === undefined || now - this.#last < this.#everyMs) return;
    this.#last = now;
    for (const event of pulse(this.#scene, stage, { since: this.#since, now })) void this.#announce(event);
  }
}

/** What a caretaker's call found, as far as progress tells of it. */
export interface Seen {
  readonly verdict: string;
  readonly reason: string;
  readonly stage: string;
  readonly kept: boolean;
  readonly moments: Evidence['moments'];
  readonly facts: Evidence['found'];
}

/** Progress from a caretaker, which comes by call after call: what lines with a heartbeat hear where a beat fell between this call and the one `before`,
 * and in a watch as often as its band posts figures. One leg of several speaks for all, the first. */
export function carePulse(
  scene: Scene,
  { verdict, reason, stage: id, kept, moments, facts }: Seen,
  at: { readonly since: number; readonly before: number; readonly now: number },
): readonly Announcing[] {
  const { policy, plan } = scene;
  const everyMs = heartbeatOf(policy);
  if (everyMs === undefined || (policy.legs.length > 0 && policy.legs[0] !== policy.leg)) return [];
  const figures = plain(moments.at(-1)?.figures ?? '');
  if (verdict === 'healthy') return facts.heartbeat === true ? watchPulse(scene, { id, figures, now: at.now }) : [];
  const stage = plan.stages.find((one) => one.id === id);
  const beats = (instant: number) => Math.floor((instant - at.since) / everyMs);
  const isBaking = kept && verdict === 'hold' && ['baking', 'asking'].includes(reason) && stage !== undefined;
  if (!isBaking || at.since === 0 || beats(at.now) <= Math.max(0, beats(at.before))) return [];
  return pulse(scene, stage, at, figures);
}

/** The figures of a watch. */
function watchPulse(
  scene: Scene,
  { id, figures, now }: { readonly id: string; readonly figures: string; readonly now: number },
): readonly Announcing[] {
  const told = {
    ...about(scene),
    event: 'progress',
    what: `watch ${id} ${now}`,
    progress: figures,
    perLeg: true,
  } as const;
  return announcingOf(scene.policy, sourceOf(scene, `watch ${id}`, now), told, { silent: false });
}

function about({ stableVersion, plan, attempt, run }: Scene) {
  const risk = attempt?.payload.kind === 'deploy' ? attempt.payload.tier : '';
  return { from: stableVersion, plan: plan.name, risk, who: run.triggeringActor };
}

function sourceOf({ policy, attempt, sha, version, stableVersion, run }: Scene, title: string, now: number): Source {
  const payload = attempt?.payload;
  return {
    environment: policy.environment,
    unit: policy.unit.name ?? '',
    leg: policy.leg ?? '',
    sha,
    version,
    pulls: payload?.kind === 'deploy' ? payload.pulls : [],
    deploymentId: attempt?.id ?? null,
    run: { id: run.id, attempt: run.attempt, job: run.job, url: run.url },
    at: now,
    verdict: '',
    reason: '',
    reportOnly: false,
    title,
    sentence: '',
    migration: '',
    wayBack: stableVersion === '' ? '' : `${stableVersion}, by weight, warm`,
  };
}

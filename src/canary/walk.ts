// The walk: one Deployment through its stages. Says each step before it is taken, and brings the traffic back before it says so.

import type { DeploymentState } from '../evidence/fact.ts';
import { Problem } from '../kit/problem.ts';
import type { Stage } from '../policy/parts.ts';
import { allTo } from '../policy/routing.ts';
import { lastDuty, legsWithout } from '../record/ending.ts';
import type { Entry, StageVerdict } from '../record/entry.ts';
import type { EvidenceMoment } from '../record/evidence.ts';
import { type Attempt, attemptOf } from '../record/history.ts';
import type { Sides } from '../record/running.ts';
import { statusOf } from '../record/words.ts';
import { aborted, type BakeEnd, bake, type Stop } from './bake.ts';
import { begun, pollerOf } from './beginning.ts';
import { figuresOf } from './figures.ts';
import type { Verdict } from './judge.ts';
import { ownedKey, ownedOf } from './owned.ts';
import type { Poller, Polling } from './poller.ts';
import { wantedMeasures } from './query.ts';
import type { PollLog } from './sample.ts';
import type { Scene } from './scene.ts';
import type { Ready } from './sides.ts';
import type { StartWorld, Weigher } from './start.ts';
import type { Turn } from './turn.ts';
import { bringBack } from './way-back.ts';
import { stopAt, stopIn } from './word.ts';

/** GitHub's lists may show late what was just written (`reference/github.md` section 3): ms until a second look. */
const lagMs = 3_000;

/** What a walk needs of the world. */
export interface WalkWorld extends StartWorld, Pick<Polling, 'open' | 'health'> {
  readonly state: { save(key: string, value: string): void };
  readonly env: (name: string) => string | undefined;
  readonly log: { info(line: string): void };
}

export class Walk {
  readonly #world: WalkWorld;
  readonly #router: Weigher;
  readonly sides: Sides;
  readonly moments: EvidenceMoment[] = [];
  readonly warnings: string[] = [];
  scene: Scene;
  attempt: Attempt;
  stage: Stage | undefined;
  judged: Verdict | undefined;
  /** Under `enforce: report`: the worst verdict that stopped nothing. */
  worst: (Verdict & { readonly kind: 'hold' | 'rollback' }) | undefined;
  weight: number;
  polls: PollLog = [];
  #known: number;
  readonly #poller: Poller;
  readonly #beganAt: number;
  readonly #measured: ReadonlySet<string>;

  private constructor(world: WalkWorld, router: Weigher, scene: Scene & { readonly attempt: Attempt }, from: Ready) {
    this.#world = world;
    this.#router = router;
    this.scene = scene;
    this.attempt = scene.attempt;
    this.#known = scene.attempt.happened.length;
    this.sides = from.sides;
    this.weight = from.weight;
    this.#poller = pollerOf(world, scene, from.sides);
    this.#beganAt = world.clock.now();
    const measured = wantedMeasures(scene.policy.metrics, scene.limits).map(({ metric }) => metric);
    this.#measured = new Set([...measured, ...(world.health === undefined ? [] : ['health'])]);
  }

  /** Begins the Deployment where nobody has, and records the sides. Throws when GitHub does not take it: nothing has moved then. */
  static async begin(world: WalkWorld, router: Weigher, scene: Scene, from: Ready): Promise<Walk> {
    const leg = scene.policy.leg ?? '';
    const attempt = scene.attempt ?? (await begun(world, scene));
    const walk = new Walk(world, router, { ...scene, attempt }, from);
    const known = attempt.happened.some(
      (one) => one.entry.kind === 'sides' && (one.leg === undefined || one.leg === leg),
    );
    if (!known) await walk.say('in_progress', { kind: 'sides', ...from.sides });
    return walk;
  }

  /** Walks one stage: says it, shifts, bakes, judges. */
  async walk(stage: Stage): Promise<BakeEnd> {
    const { clock } = this.#world;
    const from = clock.now();
    this.stage = stage;
    const weights = { ...allTo(this.sides.stable, this.scene.routing.sides), ...this.#split(stage.weight) };
    this.#own(stage.weight, false);
    await this.say('in_progress', this.#entry('shifting', ''));
    const refusal = await this.#shift(weights);
    if (refusal !== undefined) return { log: this.polls, verdict: undefined, stop: refusal };
    this.weight = stage.weight;
    this.#world.log.info(`${this.sides.canary} has ${stage.weight} % of the users`);
    await this.note('in_progress', this.#entry('baking', ''));
    const end = await this.#bake(stage);
    this.polls = end.log;
    this.judged = end.verdict;
    const verdict = end.stop?.reason ?? end.verdict?.kind ?? 'hold';
    const name = `canary ${stage.id} ${stage.weight} %`;
    this.moments.push({ stage: name, from, to: clock.now(), verdict, figures: figuresOf(end.verdict) });
    if (end.stop === undefined) await this.#passed(end.verdict);
    return end;
  }

  /** Says the promotion; under `enforce: report` also where the verdict would have been another one. */
  async #passed(verdict: Verdict | undefined): Promise<void> {
    const reportOnly = this.scene.policy.enforce === 'report';
    if (verdict?.kind === 'promote') return this.note('in_progress', this.#entry('promote', ''));
    if (!reportOnly || (verdict?.kind !== 'hold' && verdict?.kind !== 'rollback')) return;
    if (this.worst?.kind !== 'rollback') this.worst = { ...verdict, kind: verdict.kind };
    await this.note('in_progress', this.#entry('promote', `would be ${verdict.kind}: ${verdict.reason}`));
  }

  /** Gives stable everything, first of all; then the record says why and how the Deployment stands. Throws when the router did not take it. */
  async turnBack({ verdict, reason, because }: Turn): Promise<void> {
    const { stable } = this.sides;
    const state = stateAfter(verdict, reason);
    if (stable !== '') {
      await bringBack(this.#router, this.scene.routing, stable);
      this.weight = 0;
      this.#world.log.info(`${stable} has all users again: ${reason}`);
    }
    this.#world.state.save(ownedKey, '');
    // The stage's word stands before the restore, or it would read as users who are still there.
    if (this.stage !== undefined && reason !== 'cancelled') await this.note(state, this.#entry(verdict, reason));
    if (stable === '')
      this.warnings.push('Nothing ran here before: there is nothing to go back to, the traffic stays.');
    else await this.note(state, { kind: 'restored', side: stable, because: reason });
    if (reason === 'cancelled') await this.note('error', { kind: 'ended', how: 'cancelled', detail: because });
  }

  /** The last stage is promoted: the new version has everybody. `success` when no leg and no smoke test is left to do. */
  async complete(): Promise<void> {
    this.#world.state.save(ownedKey, '');
    const { plan, policy, attempt = this.attempt } = this.scene;
    const duty = lastDuty({
      plan: { smokeAfter: plan.smoke.after !== undefined && !this.scene.suiteMissing },
      smoke: true,
    });
    const entry: Entry = { kind: 'completed', side: this.sides.canary };
    if (duty !== 'plan') return this.note('in_progress', entry);
    if (policy.legs.length <= 1) return this.note('success', entry);
    await this.note('in_progress', entry);
    const last = (await this.#isLastLeg(attempt.id)) || (await this.#isLastLeg(attempt.id, lagMs));
    if (last) await this.note('success', { kind: 'finished' });
  }

  /** Whether every leg is complete. Legs that end together do not see each other at once, so the second look comes `afterMs` later. */
  async #isLastLeg(id: number, afterMs = 0): Promise<boolean> {
    const { deployments, clock } = this.#world;
    await clock.sleep(afterMs);
    const fresh = (await deployments.list(this.scene.policy.environment)).find((one) => one.id === id);
    const all = fresh === undefined ? undefined : attemptOf(fresh);
    return all !== undefined && legsWithout(all, 'plan').length === 0;
  }

  /** The stages asked for are walked, the plan goes on in a later step: post brings it back only if the job fails. */
  pause(): void {
    this.#own(this.weight, true);
  }

  /** Writes a status. Throws when GitHub does not take it. */
  async say(state: DeploymentState, entry: Entry): Promise<void> {
    const { policy, run } = this.scene;
    const url = policy.url === undefined ? {} : { environmentUrl: policy.url };
    const leg = policy.leg ?? '';
    await this.#world.deployments.say(this.attempt.id, statusOf({ state, entry, leg, logUrl: run.url, ...url }));
  }

  /** Writes a status about what is done already: when GitHub does not take it, that is a warning. */
  async note(state: DeploymentState, entry: Entry): Promise<void> {
    try {
      await this.say(state, entry);
    } catch (error) {
      this.warnings.push(`Not recorded (${entry.kind}): ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #bake(stage: Stage): Promise<BakeEnd> {
    const { clock, cancelled } = this.#world;
    const { limits, policy, plan } = this.scene;
    const bakery = {
      now: () => clock.now(),
      sleep: (ms: number) => clock.sleep(ms, cancelled),
      cancelled: aborted(cancelled),
      isCancelled: () => cancelled.aborted,
      poll: (at: number, warm: boolean) =>
        this.#poller.poll({ at, stage: stage.id, warm, sinceMs: at - this.#beganAt }),
      tell: (verdict: Verdict) => this.#world.log.info(`${verdict.kind}: ${figuresOf(verdict)}`),
      word: () => this.#word(stage.weight),
    };
    const hearing = {
      stage,
      shiftedAt: clock.now(),
      limits,
      measured: this.#measured,
      required: policy.metrics.required,
      comparison: undefined,
    };
    return bake(bakery, hearing, this.polls, plan.everyMs);
  }

  async #word(expected: number): Promise<Stop | undefined> {
    const [statuses, weights] = await Promise.all([
      this.#world.deployments.statuses(this.attempt.id).catch(() => []),
      this.#router.get(),
    ]);
    const share = weights.kind === 'known' ? weights.value[this.sides.canary] : undefined;
    const told = statuses.slice(this.#known);
    return stopIn(told, this.scene.policy.leg ?? '') ?? stopAt({ side: this.sides.canary, share, expected });
  }

  async #shift(weights: Readonly<Record<string, number>>): Promise<Stop | undefined> {
    try {
      await this.#router.set(weights);
      return undefined;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { reason: error.parts.reason, because: error.message };
    }
  }

  #split(weight: number): Readonly<Record<string, number>> {
    const { routing } = this.scene;
    const other = routing.sides.find((side) => side !== this.sides.canary) ?? '';
    return { [this.sides.canary]: weight, [other]: Number((100 - weight).toFixed(3)) };
  }

  #entry(verdict: StageVerdict, reason: string): Entry {
    return { kind: 'stage', stage: this.stage?.id ?? '', weight: this.stage?.weight ?? 0, verdict, reason };
  }

  #own(weight: number, mainEnded: boolean): void {
    const stage = this.stage?.id ?? '';
    const owned = ownedOf(this.scene, { deploymentId: this.attempt.id, ...this.sides, stage, weight, mainEnded });
    this.#world.state.save(ownedKey, JSON.stringify(owned));
  }
}

/** A rollback fails the Deployment; what somebody else has ended stays ended; a hold leaves it open for the next call. */
function stateAfter(verdict: Turn['verdict'], reason: string): DeploymentState {
  if (verdict === 'rollback' || reason === 'rolled-back') return 'failure';
  return reason === 'superseded' ? 'inactive' : 'in_progress';
}

// Tending: what the caretaker does for an unfinished plan in one call. It judges the stage from its beginning, and makes at most one shift.
import { assertNever } from '../kit/never.ts';
import type { Stage } from '../policy/parts.ts';
import { sidesOf } from '../record/running.ts';
import { type Answer, answerOf, type WordInputs } from './answer.ts';
import type { BakeEnd, Stop } from './bake.ts';
import { answeredWords, askingWords, careOf, carried, type Seen, stageSince, unasked } from './caretaker.ts';
import { decide } from './decision.ts';
import { type Ending, unmoved, walked } from './ending.ts';
import { goBack, type PagingWorld } from './going-back.ts';
import { coarse, homeOf } from './home.ts';
import { nothingDue } from './idle.ts';
import { earlierLooks, keepPolls, keptKey, keptPolls, summed } from './kept.ts';
import { smokeHold } from './owed-smoke.ts';
import { progressOf } from './plan.ts';
import { stepOf } from './recall.ts';
import type { Poll } from './sample.ts';
import { settingOf } from './setting.ts';
import { readStart, type Weigher } from './start.ts';
import { Trial } from './trial.ts';
import { remedyAfter, type Turn } from './turn.ts';
import { Walk, type WalkWorld } from './walk.ts';
import { stopIn } from './word.ts';

/** Sources without a past are sampled for so long a call. ms */
const samplingMs = 120_000;

export interface TendWorld extends WalkWorld, PagingWorld {}

/** Carries a plan that is under way as far as it may go now. */
export async function carry(world: TendWorld, router: Weigher, scene: Seen, inputs: WordInputs): Promise<Ending> {
  const { attempt, policy, run } = scene;
  const leg = policy.leg ?? '';
  const care = careOf(attempt, leg);
  if (!care.carried) {
    const owner = await world.ask({ kind: 'run', id: attempt.payload.run.id });
    const over = owner.kind === 'known' && owner.value.status === 'completed';
    if (!over && attempt.payload.run.id !== run.id) return nothingDue('its job walks on', world.clock.now());
  }
  const asked = care.askedUntil > 0 || care.answeredHold;
  const answer = await answerOf({ ask: world.ask, run, policy }, inputs, asked);
  const tending = await Tending.begin(world, router, scene, answer);
  return 'verdict' in tending ? tending : tending.tend();
}

class Tending {
  readonly #world: TendWorld;
  readonly #scene: Seen;
  readonly #walk: Walk;
  readonly #answer: Answer | undefined;
  /** The new version's share as the router says. */
  readonly #share: number;
  #facts: Ending['facts'] = {};

  private constructor(world: TendWorld, walk: Walk, scene: Seen, answer: Answer | undefined) {
    this.#world = world;
    this.#walk = walk;
    this.#scene = scene;
    this.#answer = answer;
    this.#share = walk.weight;
  }

  /** An ending where the router cannot be read. */
  static async begin(world: TendWorld, router: Weigher, scene: Seen, answer: Answer | undefined) {
    const start = await readStart(router, scene);
    const sides = sidesOf(scene.attempt, scene.policy.leg ?? '');
    if (start.kind === 'occupied' || sides === undefined) return nothingDue('another walks here', world.clock.now());
    if (start.kind === 'hold' && start.reason === 'router-unreachable') {
      return unmoved({ verdict: 'hold', ...start, sides, now: world.clock.now() });
    }
    const weights = start.kind === 'hold' ? await router.get() : undefined;
    const share = weights?.kind === 'known' ? weights.value[sides.canary] : undefined;
    const home = homeOf(scene.attempt, scene.policy.leg ?? '', { stable: sides.stable, names: scene.routing.sides });
    const from =
      start.kind === 'hold' ? ({ kind: 'ready', sides, weight: share ?? 0, home, away: true } as const) : start;
    return new Tending(world, await Walk.begin(world, router, scene, from), scene, answer);
  }

  async tend(): Promise<Ending> {
    const { attempt, policy, plan } = this.#scene;
    const leg = policy.leg ?? '';
    const progress = progressOf(attempt, leg);
    const told = await this.#world.deployments.statuses(attempt.id).catch(() => []);
    const stop = stopIn(told, leg);
    const planned = plan.stages.find(({ id }) => id === progress.current);
    this.#walk.stage = planned;
    if (stop !== undefined) return this.#turned({ verdict: verdictOf(stop), ...stop });
    if (planned === undefined) {
      return this.#isAt(progress.weight) ? this.#onward() : this.#contested(progress.weight);
    }
    const stage: Stage = { ...planned, weight: progress.weight, weightTo: progress.weight };
    this.#walk.stage = stage;
    if (this.#isAt(stage.weight)) {
      const moved = await this.#walk.shares.stopAt(stage);
      return moved === undefined ? this.#judge(stage) : this.#turned({ verdict: 'hold', ...moved });
    }
    const announced = careOf(attempt, leg).verdict === 'shifting';
    return announced && this.#isAt(this.#weightBefore(stage))
      ? this.#enter(stage, false)
      : this.#contested(stage.weight);
  }

  #isAt(weight: number): boolean {
    return Math.abs(this.#share - weight) <= coarse;
  }

  #weightBefore({ id }: Stage): number {
    const leg = this.#scene.policy.leg ?? '';
    const told = this.#scene.attempt.happened.filter((one) => one.leg === undefined || one.leg === leg);
    const last = told.findLast(
      ({ entry }) => entry.kind === 'restored' || (entry.kind === 'stage' && entry.stage !== id),
    );
    return last?.entry.kind === 'stage' ? last.entry.weight : (this.#walk.shares.home[this.#walk.sides.canary] ?? 0);
  }

  #contested(expected: number): Promise<Ending> {
    const { canary } = this.#walk.sides;
    const because = `somebody gave ${canary} ${this.#share} %, this stage has ${expected} %`;
    return this.#turned({ verdict: 'hold', reason: 'contested', because });
  }

  async #judge(stage: Stage): Promise<Ending> {
    const { plan, policy, attempt } = this.#scene;
    const now = this.#world.clock.now();
    const from = Math.ceil(stageSince(attempt, policy.leg ?? '', stage.id) / 1000) * 1000;
    const stepMs = stepOf(stage, plan.everyMs);
    const told = await this.#walk.sight.recall(stage, { from, to: now, stepMs });
    const grace = 3 * (policy.caretaker?.everyMs ?? 0);
    if (told.kind === 'error' && now < from + Math.max(stage.bakeMs, stage.maxBakeMs ?? 0) + grace) {
      return this.#stays('baking', `the numbers could not be read this time: ${told.because}`, false);
    }
    const everyMs = told.kind === 'no-past' ? (policy.caretaker?.everyMs ?? plan.everyMs) : stepMs;
    const past = await this.#walk.sight.past(stage, from);
    const scene = careOf(attempt, policy.leg ?? '').answeredHold ? unasked(this.#scene) : this.#scene;
    const trial = new Trial({ ...settingOf(scene, stage, this.#walk.sight.at(past, from)), everyMs });
    this.#walk.trials.push(trial);
    if (told.kind === 'polls') for (const poll of told.polls) trial.hear(poll);
    else await this.#sample(trial, stage, from);
    const end: BakeEnd = { log: trial.log, verdict: trial.verdict, stop: undefined };
    this.#walk.judgedBy(end, from);
    return this.#decide(end);
  }

  /** Samples for two minutes and keeps the counts. A breach ends it at once. */
  async #sample(trial: Trial, stage: Stage, from: number): Promise<void> {
    const { ask, clock, cancelled } = this.#world;
    const { attempt, sha, policy, plan } = this.#scene;
    const leg = policy.leg ?? '';
    const looks = await earlierLooks(ask, { sha, deploymentId: attempt.id, environment: policy.environment });
    const kept = keptPolls(looks, stage.id, leg).filter(({ at }) => at >= from);
    for (const poll of kept) trial.hear(poll);
    const polls: Poll[] = [];
    const until = clock.now() + samplingMs;
    while (clock.now() <= until && !cancelled.aborted && trial.verdict?.kind !== 'rollback') {
      const warm = clock.now() - from > stage.warmupMs || stage.warmupMs === 0;
      const poll = await this.#walk.sight.look(stage, warm);
      polls.push(poll);
      trial.hear(poll);
      await clock.sleep(plan.everyMs, cancelled);
    }
    const sum = summed(polls);
    const warmed = sum?.warm === true ? [...kept, sum] : kept;
    this.#facts = { ...this.#facts, [keptKey(stage.id, leg)]: keepPolls(warmed) };
  }

  async #decide(end: BakeEnd): Promise<Ending> {
    const { plan, policy, attempt } = this.#scene;
    const care = careOf(attempt, policy.leg ?? '');
    const at = { reportOnly: policy.enforce === 'report', now: this.#world.clock.now(), answer: this.#answer };
    const decision = decide({ end, plan, care, ...at });
    switch (decision.kind) {
      case 'promote':
        await this.#walk.passed(end.verdict);
        return this.#onward();
      case 'answer':
        return this.#answered(decision.answer);
      case 'ask':
        await this.#walk.sayStage('hold', askingWords(decision.until, decision.reason));
        return this.#stays(
          'asking',
          `${decision.because}: people decide until ${new Date(decision.until).toISOString()}`,
          true,
        );
      case 'stay':
        return this.#stays(decision.reason, decision.because, false);
      case 'turn':
        return this.#turned(decision.turn);
      default:
        return assertNever(decision);
    }
  }

  async #answered({ choice, person, reason }: Answer): Promise<Ending> {
    const words = answeredWords(choice, person, reason);
    if (choice === 'rollback') return this.#turned({ verdict: 'rollback', reason: 'answer', because: words });
    if (choice === 'promote') {
      await this.#walk.sayStage('promote', words);
      return this.#onward();
    }
    await this.#walk.sayStage('hold', words);
    return this.#stays('baking', words, true);
  }

  /** The stage is promoted: the next one gets its weight, or the plan is complete. */
  async #onward(): Promise<Ending> {
    const { plan, attempt, policy } = this.#scene;
    const done = new Set([...progressOf(attempt, policy.leg ?? '').promoted, ...this.#walk.promotions]);
    const next = plan.stages.find(({ id }) => !done.has(id));
    if (next === undefined) {
      this.#walk.stage = plan.stages.at(-1);
      const completed = await this.#walk.complete();
      const acted = completed || this.#walk.promotions.length > 0;
      return this.#ended({ verdict: 'promote', reason: completed ? 'completed' : 'limits-held', because: '', acted });
    }
    const owed = smokeHold(this.#scene, [next], true);
    const acted = this.#walk.promotions.length > 0 || Object.keys(this.#facts).length > 0;
    if (owed !== undefined) return this.#ended({ verdict: 'hold', ...owed, kept: true, acted });
    return this.#enter(next, true);
  }

  async #enter(stage: Stage, onward: boolean): Promise<Ending> {
    const refusal = await this.#walk.enter(stage, carried);
    if (refusal !== undefined) return this.#turned({ verdict: 'hold', ...refusal });
    const because = `${stage.id} has ${this.#walk.weight} % and bakes on`;
    if (!onward) return this.#stays('baking', because, true);
    return this.#ended({ verdict: 'promote', reason: 'limits-held', because });
  }

  async #turned(turn: Turn): Promise<Ending> {
    const done = await goBack(this.#world, this.#walk, turn);
    return this.#ended({ ...done, remedy: remedyAfter(done, this.#walk), stopped: true });
  }

  /** The stage stays as it is. Without a word said and without counts to keep there is nothing to write. */
  #stays(reason: string, because: string, said: boolean): Ending {
    const acted = said || Object.keys(this.#facts).length > 0;
    return this.#ended({ verdict: 'hold', reason, because, kept: true, acted });
  }

  #ended(parts: Pick<Ending, 'verdict' | 'reason' | 'because'> & Partial<Ending>): Ending {
    const now = this.#world.clock.now();
    return walked(this.#walk, { remedy: '', stopped: false, facts: this.#facts, now, ...parts });
  }
}

function verdictOf({ reason }: Stop): Turn['verdict'] {
  return reason === 'leg-rolled-back' ? 'rollback' : 'hold';
}

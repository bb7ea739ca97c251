// The walk: one Deployment through its stages. Says each step before it is taken, and brings the traffic back before it says so.
import type { Stage } from '../policy/parts.ts';
import type { Entry, StageVerdict } from '../record/entry.ts';
import type { EvidenceMoment } from '../record/evidence.ts';
import type { Attempt } from '../record/history.ts';
import { type Sides, sidesOf } from '../record/running.ts';
import { readEntry } from '../record/words.ts';
import { type BakeEnd, bake, cancelled, type Stop } from './bake.ts';
import { begun } from './beginning.ts';
import type { Comparison } from './comparison.ts';
import { sayComplete } from './completion.ts';
import { type Exhibit, exhibitsOf } from './exhibit.ts';
import { trialFigures } from './figures.ts';
import type { Verdict } from './judge.ts';
import { type Owned, ownedKey, ownedOf } from './owned.ts';
import { sideAtEnd } from './replacement.ts';
import type { Past, PollLog } from './sample.ts';
import type { Scene } from './scene.ts';
import { settingOf } from './setting.ts';
import type { Ready } from './sides.ts';
import { Sight, type SightWorld } from './sight.ts';
import { withSlow } from './slow.ts';
import { endLeft, isWalked, type StartWorld, type Weigher } from './start.ts';
import { Trial } from './trial.ts';
import { type Turn, wordsOfTurn } from './turn.ts';
import { Voice } from './voice.ts';
import { bringBack, shiftTo } from './way-back.ts';
import { stopAt, stopIn } from './word.ts';

/** What a walk needs of the world. */
export interface WalkWorld extends StartWorld, SightWorld {
  readonly state: { save(key: string, value: string): void };
  readonly files: { write(name: string, text: string): Promise<string> };
}

export class Walk {
  readonly #world: WalkWorld;
  readonly #router: Weigher;
  readonly sides: Sides;
  readonly moments: EvidenceMoment[] = [];
  scene: Scene;
  attempt: Attempt;
  stage: Stage | undefined;
  judged: Verdict | undefined;
  /** Under `enforce: report`: the worst verdict that stopped nothing. */
  worst: (Verdict & { readonly kind: 'hold' | 'rollback' }) | undefined;
  weight: number;
  polls: PollLog = [];
  readonly promotions: string[] = [];
  /** Every stage baked, in order, and the file that has them. */
  readonly trials: Trial[] = [];
  pollLog = '';
  /** How the versions compared in the last stage that has a comparison. */
  comparison: Comparison | undefined;
  /** What this Deployment was heard to say last. */
  told: readonly Entry[];
  #known: number;
  readonly sight: Sight;
  readonly voice: Voice;

  private constructor(world: WalkWorld, router: Weigher, scene: Scene & { readonly attempt: Attempt }, from: Ready) {
    this.#world = world;
    this.#router = router;
    this.scene = scene;
    this.attempt = scene.attempt;
    this.#known = scene.attempt.happened.length;
    this.told = scene.attempt.happened.map(({ entry }) => entry);
    this.sides = from.sides;
    this.weight = from.weight;
    this.sight = new Sight(world, scene, from.sides);
    this.voice = new Voice(world.deployments, scene, scene.attempt.id);
  }

  /** Begins the Deployment where nobody has, and records the sides. Throws when GitHub does not take it, before anything has moved. */
  static async begin(world: WalkWorld, router: Weigher, scene: Scene, from: Ready): Promise<Walk> {
    const attempt = scene.attempt ?? (await begun(world, scene));
    const walk = new Walk(world, router, { ...(await withSlow(world, scene, from.sides)), attempt }, from);
    const told = sidesOf(attempt, scene.policy.leg ?? '');
    const known = told?.stable === from.sides.stable && told.canary === from.sides.canary;
    if (!known) await walk.voice.say('in_progress', { kind: 'sides', ...from.sides });
    // Promoted through all stages and killed before it could say so: only its end is missing.
    if (isWalked(scene, from)) walk.stage = scene.plan.stages.at(-1);
    walk.voice.warnings.push(...(await endLeft(world, scene, from)));
    return walk;
  }

  /** Walks one stage: enters it, bakes, judges. */
  async walk(stage: Stage): Promise<BakeEnd> {
    const { clock } = this.#world;
    const from = clock.now();
    if (this.#world.cancelled.aborted) return { log: this.polls, verdict: undefined, stop: cancelled };
    const past = await this.sight.past(stage);
    const refusal = await this.enter(stage, '');
    if (refusal !== undefined) return { log: this.polls, verdict: undefined, stop: refusal };
    const end = await this.#settled(await this.#bake(stage, past), stage);
    this.judgedBy(end, from);
    if (end.stop === undefined) await this.passed(end.verdict);
    return end;
  }

  /** Gives a stage its weight, said before and after. `by`: who watches it from here on (`handed-over`, `carried`); empty: this job does, and
   * owns it until its end. */
  async enter(stage: Stage, by: string): Promise<Stop | undefined> {
    this.stage = stage;
    this.#own({ weight: stage.weight, before: this.weight });
    const refusal =
      (await this.#announce(by)) ?? (await shiftTo(this.#router, this.scene.routing, this.sides, stage.weight));
    if (refusal !== undefined) return refusal;
    this.weight = stage.weight;
    this.#world.log.info(`${this.sides.canary} has ${stage.weight} % of the users`);
    await this.voice.note('in_progress', this.#entry('baking', by));
    if (by !== '') this.#world.state.save(ownedKey, '');
    return undefined;
  }

  /** Keeps what a look at the stage brought, for the report. */
  judgedBy(end: BakeEnd, from: number): void {
    this.polls = end.log;
    this.comparison = end.verdict?.comparison ?? this.comparison;
    this.judged = end.verdict;
    const verdict = end.stop?.reason ?? end.verdict?.kind ?? 'hold';
    const figures = trialFigures(end.verdict, this.trials.at(-1));
    const name = `canary ${this.stage?.id ?? ''} ${this.stage?.weight ?? 0} %`;
    this.moments.push({ stage: name, from, to: this.#world.clock.now(), verdict, figures });
  }

  /** Says the shift before it is made. Where GitHub does not take that, users on the new version cannot stay there unwatched. */
  async #announce(by: string): Promise<Stop | undefined> {
    try {
      await this.voice.say('in_progress', this.#entry('shifting', by));
      return undefined;
    } catch (error) {
      if (this.weight === 0 || this.sides.stable === '') throw error;
      return { reason: 'record-unreachable', because: error instanceof Error ? error.message : String(error) };
    }
  }

  /** A verdict that lets users stay counts only if record and router still say the same at the end of the bake. */
  async #settled(end: BakeEnd, stage: Stage): Promise<BakeEnd> {
    const goesBack = end.verdict?.kind === 'rollback' && this.scene.policy.enforce !== 'report';
    if (end.stop !== undefined || goesBack) return end;
    return { ...end, stop: await this.#word(stage.weight) };
  }

  /** Says the promotion; under `enforce: report` also where the verdict would have been another one. */
  async passed(verdict: Verdict | undefined): Promise<void> {
    const reportOnly = this.scene.policy.enforce === 'report';
    if (verdict?.kind === 'promote') await this.sayStage('promote', '');
    if (verdict?.kind === 'promote') await this.sight.promoted(this.stage, this.scene);
    if (!reportOnly || (verdict?.kind !== 'hold' && verdict?.kind !== 'rollback')) return;
    if (this.worst?.kind !== 'rollback') this.worst = { ...verdict, kind: verdict.kind };
    await this.sayStage('promote', `would be ${verdict.kind}: ${verdict.reason}`);
  }

  /** Says a word about the stage that stands. */
  async sayStage(verdict: 'promote' | 'hold', reason: string): Promise<void> {
    if (verdict === 'promote') this.promotions.push(this.stage?.id ?? '');
    await this.voice.note('in_progress', this.#entry(verdict, reason));
  }

  /** Gives stable everything, first of all; then the record says why and how the Deployment stands. Throws when the router did not take it. */
  async turnBack({ verdict, reason, because }: Turn): Promise<Turn> {
    const { stable } = this.sides;
    const weight = this.stage?.weight ?? this.weight;
    this.#own({ weight, before: this.weight, turned: { verdict, reason, because } });
    if (stable !== '') {
      await bringBack(this.#router, this.scene.routing, stable);
      this.weight = 0;
      this.#world.log.info(`${stable} has all users again: ${reason}`);
    } else this.voice.warnings.push('Nothing ran here before: there is nothing to go back to, the traffic stays.');
    const words = wordsOfTurn({ verdict, reason, because }, { stage: this.stage?.id ?? '', weight, stable });
    let told = true;
    for (const [state, entry] of words) told = (await this.voice.note(state, entry)) && told;
    // What could not be said stays with post.
    if (told) this.#world.state.save(ownedKey, '');
    await this.#keepLog();
    return { verdict, reason, because };
  }

  /** The last stage is promoted: the new version has everybody, and post has nothing to bring back any more. */
  async complete(): Promise<boolean> {
    const { deployments, clock, state } = this.#world;
    const side = await sideAtEnd(this.#router, this.scene, this.sides, this.warnings);
    if (side === undefined) return false;
    if (side !== this.sides.canary) this.weight = 0;
    state.save(ownedKey, '');
    const at = { scene: this.scene, side, deploymentId: this.attempt.id };
    const note = this.voice.note.bind(this.voice);
    await sayComplete({ ...at, deployments, clock, note }).catch((error: unknown) =>
      this.voice.unwritten('finished', error),
    );
    await this.#keepLog();
    return true;
  }

  /** The stage stays as it is without this job, for the caretaker: post has nothing to bring back. */
  async release(words: string): Promise<void> {
    await this.sayStage('hold', words);
    this.#world.state.save(ownedKey, '');
    await this.#keepLog();
  }

  /** The plan goes on in a later step: post brings it back only if the job fails. */
  async pause(): Promise<void> {
    this.#own({ weight: this.weight, before: this.weight, mainEnded: true });
    await this.#keepLog();
  }

  async #bake(stage: Stage, past: Past): Promise<BakeEnd> {
    const trial = new Trial(settingOf(this.scene, stage, this.sight.at(past)), this.polls);
    this.trials.push(trial);
    return bake(
      this.sight.bakery(stage, () => this.#word(stage.weight)),
      trial,
    );
  }

  get warnings(): string[] {
    return this.voice.warnings;
  }

  get exhibits(): readonly Exhibit[] {
    return this.trials.flatMap((trial) => exhibitsOf(trial, (metric) => this.sight.queries(metric)));
  }

  async #keepLog(): Promise<void> {
    this.pollLog = await this.voice.keepLog(this.#world, this.trials);
  }

  async #word(expected: number): Promise<Stop | undefined> {
    const [statuses, weights] = await Promise.all([
      this.#world.deployments.statuses(this.attempt.id).catch(() => []),
      this.#router.get(),
    ]);
    const share = weights.kind === 'known' ? weights.value[this.sides.canary] : undefined;
    if (statuses.length > 0) this.told = statuses.map(({ description }) => readEntry(description).entry);
    const at = { side: this.sides.canary, share, expected };
    return stopIn(statuses, this.scene.policy.leg ?? '', this.#known) ?? stopAt(at);
  }

  #entry(verdict: StageVerdict, reason: string): Entry {
    return { kind: 'stage', stage: this.stage?.id ?? '', weight: this.stage?.weight ?? 0, verdict, reason };
  }

  #own(at: Pick<Owned, 'weight' | 'before'> & Partial<Pick<Owned, 'mainEnded' | 'turned'>>): void {
    const place = { deploymentId: this.attempt.id, ...this.sides, stage: this.stage?.id ?? '' };
    const owned = ownedOf(this.scene, { mainEnded: false, turned: null, ...place, ...at });
    this.#world.state.save(ownedKey, JSON.stringify(owned));
  }
}

// The walk: one Deployment through its stages. Says each step before it is taken, and brings the traffic back before it says so.
import type { Stage } from '../policy/parts.ts';
import type { Entry, StageVerdict } from '../record/entry.ts';
import type { EvidenceMoment } from '../record/evidence.ts';
import type { Attempt } from '../record/history.ts';
import type { Sides } from '../record/running.ts';
import { readEntry } from '../record/words.ts';
import { type BakeEnd, bake, cancelled, type Stop } from './bake.ts';
import { sized } from './band.ts';
import { begun } from './beginning.ts';
import type { Comparison } from './comparison.ts';
import { sayComplete } from './completion.ts';
import { type Exhibit, exhibitsOf } from './exhibit.ts';
import { beginWords } from './home.ts';
import type { Verdict } from './judge.ts';
import { backWords, givenWords, momentOf } from './means.ts';
import { type Owned, ownedKey, ownedOf } from './owned.ts';
import { sideAtEnd } from './replacement.ts';
import type { Past, PollLog } from './sample.ts';
import type { Scene } from './scene.ts';
import { settingOf } from './setting.ts';
import { Shares } from './shares.ts';
import type { Ready } from './sides.ts';
import { Sight, type SightWorld } from './sight.ts';
import { withSlow } from './slow.ts';
import { endLeft, isWalked, type StartWorld, type Weigher } from './start.ts';
import { Trial } from './trial.ts';
import { type Turn, wordsOfTurn } from './turn.ts';
import { Voice } from './voice.ts';
import { stopIn } from './word.ts';

/** What a walk needs of the world. */
export interface WalkWorld extends StartWorld, SightWorld {
  readonly state: { save(key: string, value: string): void };
  readonly files: { write(name: string, text: string): Promise<string> };
}

export class Walk {
  readonly #world: WalkWorld;
  readonly shares: Shares;
  readonly sides: Sides;
  readonly moments: EvidenceMoment[] = [];
  scene: Scene;
  attempt: Attempt;
  stage: Stage | undefined;
  judged: Verdict | undefined;
  /** Under `enforce: report`: the worst verdict that stopped nothing. */
  worst: (Verdict & { readonly kind: 'hold' | 'rollback' }) | undefined;
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
    this.scene = scene;
    this.attempt = scene.attempt;
    this.#known = scene.attempt.happened.length;
    this.told = scene.attempt.happened.map(({ entry }) => entry);
    this.sides = from.sides;
    this.shares = new Shares(router, scene.routing, from);
    this.sight = new Sight(world, scene, from.sides);
    this.voice = new Voice(world.deployments, scene, scene.attempt.id);
  }

  /** Begins the Deployment where nobody has, and records the sides. Throws when GitHub does not take it, before anything has moved. */
  static async begin(world: WalkWorld, router: Weigher, scene: Scene, from: Ready): Promise<Walk> {
    const attempt = scene.attempt ?? (await begun(world, scene));
    const walk = new Walk(world, router, { ...(await withSlow(world, scene, from.sides)), attempt }, from);
    for (const entry of beginWords(attempt, scene.policy.leg ?? '', walk.shares))
      await walk.voice.say('in_progress', entry);
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
    const refusal = await this.enter(stage, '', past);
    if (refusal !== undefined) return { log: this.polls, verdict: undefined, stop: refusal };
    const end = await this.#settled(await this.#bake(this.stage ?? stage, past), this.stage ?? stage);
    this.judgedBy(end, from);
    if (end.stop === undefined) await this.passed(end.verdict);
    return end;
  }

  /** Gives a stage its shares, said before and after. `by`: who watches it from here on (`handed-over`, `carried`); empty: this job. */
  async enter(wanted: Stage, by: string, past?: Past): Promise<Stop | undefined> {
    const known = past ?? (wanted.weightTo > wanted.weight ? await this.sight.past(wanted) : {});
    const stage = await sized(wanted, this.scene, this.shares, known);
    this.stage = stage;
    this.#own({ weight: stage.weight, before: this.weight });
    const refusal = await this.#announce(by);
    if (refusal !== undefined) return refusal;
    const given = await this.shares.give(stage);
    if ('because' in given) return given;
    this.stage = given;
    if (given.weight !== stage.weight) this.#own({ weight: given.weight, before: this.weight });
    this.#world.log.info(`${givenWords(this.scene, this.sides, { ...given, weightTo: wanted.weightTo })}`);
    await this.voice.note('in_progress', this.#entry('baking', by));
    if (by !== '') this.#world.state.save(ownedKey, '');
    return undefined;
  }

  /** Keeps what a look at the stage brought, for the report. */
  judgedBy(end: BakeEnd, from: number): void {
    this.polls = end.log;
    this.comparison = end.verdict?.comparison ?? this.comparison;
    this.judged = end.verdict;
    const span = { from, to: this.#world.clock.now() };
    this.moments.push(momentOf(this.scene, this.stage, end, this.trials.at(-1), span));
  }

  /** Says the shift before it is made. Where GitHub does not take that, users on the new version cannot stay there unwatched. */
  async #announce(by: string): Promise<Stop | undefined> {
    try {
      await this.voice.say('in_progress', this.#entry('shifting', by));
      return undefined;
    } catch (error) {
      if (!this.shares.away || this.sides.stable === '') throw error;
      return { reason: 'record-unreachable', because: error instanceof Error ? error.message : String(error) };
    }
  }

  /** A verdict that lets users stay counts only if record and router still say the same at the end of the bake. */
  async #settled(end: BakeEnd, stage: Stage): Promise<BakeEnd> {
    const goesBack = end.verdict?.kind === 'rollback' && this.scene.policy.enforce !== 'report';
    if (end.stop !== undefined || goesBack) return end;
    return { ...end, stop: await this.#word(stage) };
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
      await this.shares.back();
      this.#world.log.info(`${backWords(this.scene, stable)}: ${reason}`);
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
    const side = await sideAtEnd(this.shares.router, this.scene, this.sides, this.warnings);
    if (side === undefined) return false;
    if (side !== this.sides.canary) this.shares.weight = 0;
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
    const bakery = this.sight.bakery(stage, () => this.#word(stage));
    return bake(bakery, trial);
  }

  /** Share of the new version, percent. */
  get weight(): number {
    return this.shares.weight;
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

  async #word(stage: Stage): Promise<Stop | undefined> {
    const [statuses, stop] = await Promise.all([
      this.#world.deployments.statuses(this.attempt.id).catch(() => []),
      this.shares.stopAt(stage),
    ]);
    if (statuses.length > 0) this.told = statuses.map(({ description }) => readEntry(description).entry);
    return stopIn(statuses, this.scene.policy.leg ?? '', this.#known) ?? stop;
  }

  #entry(verdict: StageVerdict, reason: string): Entry {
    return { kind: 'stage', stage: this.stage?.id ?? '', weight: this.stage?.weight ?? 0, verdict, reason };
  }

  #own(at: Pick<Owned, 'weight' | 'before'> & Partial<Pick<Owned, 'mainEnded' | 'turned'>>): void {
    const place = { deploymentId: this.attempt.id, ...this.sides, home: this.shares.home, stage: this.stage?.id ?? '' };
    const owned = ownedOf(this.scene, { mainEnded: false, turned: null, ...place, ...at });
    this.#world.state.save(ownedKey, JSON.stringify(owned));
  }
}

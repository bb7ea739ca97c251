// Aftercare: what the caretaker does once a version has everybody. It looks, asks for a rollback, calls people, retires; it moves nothing.
import type { DeploymentStore } from '../record/store.ts';
import { statusOf } from '../record/words.ts';
import { absentLeg } from './absent-leg.ts';
import { answerOf, type WordInputs } from './answer.ts';
import { breaches } from './breach.ts';
import type { Seen } from './caretaker.ts';
import { type Ending, unmoved } from './ending.ts';
import { figuresOf } from './figures.ts';
import type { PagingWorld } from './going-back.ts';
import { nothingDue } from './idle.ts';
import type { Verdict } from './judge.ts';
import { earlierLooks } from './kept.ts';
import { stepOf } from './recall.ts';
import { settingOf } from './setting.ts';
import { Sight, type SightWorld } from './sight.ts';
import type { StartWorld } from './start.ts';
import { Trial } from './trial.ts';
import {
  completionOf,
  isWatched,
  lastLookOf,
  limitsOf,
  looksDue,
  retirable,
  stageOfBand,
  type WatchLook,
  watchKey,
} from './watch.ts';

export interface AftercareWorld extends StartWorld, SightWorld, PagingWorld {
  readonly deployments: DeploymentStore;
}

/** Without a past a watch is sampled for so long. ms */
const samplingMs = 120_000;

/** Watches a version that has everybody, and retires the one before when its time is over. `retires`: one leg does it for all. */
export async function care(world: AftercareWorld, scene: Seen, inputs: WordInputs, retires: boolean): Promise<Ending> {
  const { attempt, plan, policy, sha, run } = scene;
  const leg = policy.leg ?? '';
  const now = world.clock.now();
  const done = completionOf(attempt, leg);
  if (done === undefined) return absentLeg(world.ask, scene, now);
  if (owesSmoke(scene, done.at)) {
    return unmoved({ verdict: 'promote', reason: 'completed', because: 'the smoke test after the plan is owed', now });
  }
  const dueAt = done.at + (policy.traffic?.keepOldMs ?? policy.rollback.minAgeMs);
  const kept = retirable(scene.history, attempt);
  if (plan.watch.length === 0 && (kept.length === 0 || now < dueAt)) return nothingDue('nothing to look at', now);
  const looks = await earlierLooks(world.ask, { sha, deploymentId: attempt.id, environment: policy.environment });
  const last = lastLookOf(looks, leg);
  const held = last?.verdict === 'hold';
  const answer = await answerOf({ ask: world.ask, run, policy }, inputs, held);
  const seenUntil = Number(last?.found[watchKey(leg)] ?? 0);
  const sides = sidesAt(scene, done.side);
  if (answer !== undefined) {
    const because = `${answer.person} answered ${answer.choice}`;
    const facts = { [watchKey(leg)]: seenUntil };
    const verdict = answer.choice === 'promote' ? 'healthy' : answer.choice;
    return unmoved({ verdict, reason: 'answer', because, now, sides, kept: true, weight: 100, facts, acted: true });
  }
  const due = looksDue(plan, { completedAt: done.at, lastLook: seenUntil, now, asking: last?.reason === 'asking' });
  if (due.length > 0) return new Aftercare(world, scene, sides).watch(due, done.at);
  if (!retires || !isWatched(plan, done.at, seenUntil) || now < dueAt || held || kept.length === 0) {
    return nothingDue('no look is due', now);
  }
  for (const { id } of kept) {
    const entry = { kind: 'ended', how: 'retired', detail: `deployment ${attempt.id} has kept its users` } as const;
    await world.deployments.say(id, statusOf({ state: 'inactive', entry, logUrl: run.url }));
  }
  const because = `${kept.map(({ payload }) => payload.version).join(', ')} is kept as a way back no longer`;
  return unmoved({ verdict: 'retired', reason: 'retired', because, now, sides, weight: 100, acted: true });
}

class Aftercare {
  readonly #world: AftercareWorld;
  readonly #scene: Seen;
  readonly #sides: ReturnType<typeof sidesAt>;

  constructor(world: AftercareWorld, scene: Seen, sides: ReturnType<typeof sidesAt>) {
    this.#world = world;
    this.#scene = scene;
    this.#sides = sides;
  }

  /** Looks at each band that is due, the oldest first; the first that is not well is the verdict. */
  async watch(due: readonly WatchLook[], completedAt: number): Promise<Ending> {
    const moments: Ending['moments'][number][] = [];
    const leg = this.#scene.policy.leg ?? '';
    let warnings: readonly string[] = [];
    for (const look of due) {
      const trial = await this.#judged(look, completedAt);
      const now = this.#world.clock.now();
      const { verdict } = trial;
      const stands = standing(verdict, look.last);
      const name = `watch ${look.band.id}`;
      moments.push({
        stage: name,
        from: look.from,
        to: look.until,
        verdict: stands.verdict,
        figures: figuresOf(verdict),
      });
      warnings = [...warnings, ...(await this.#page(verdict))];
      const isLastDue = look === due.at(-1);
      if (stands.verdict === 'healthy' && !isLastDue) continue;
      const facts = { [watchKey(leg)]: look.until, band: look.band.id, heartbeat: look.heartbeat };
      const { kept } = stands;
      const at = {
        now,
        sides: this.#sides,
        stage: look.band.id,
        weight: 100,
        judged: verdict,
        moments,
        facts,
        warnings,
      };
      const page =
        verdict === undefined ? undefined : breaches(verdict.readings).find(({ limit }) => limit.action === 'page');
      const reason = stands.verdict === 'healthy' && page !== undefined ? `page:${page.limit.metric}` : stands.reason;
      return unmoved({
        ...at,
        ...stands,
        reason,
        kept,
        acted: true,
        remedy: stands.verdict === 'rollback' ? backRemedy : '',
      });
    }
    return nothingDue('no look is due', this.#world.clock.now());
  }

  async #judged(look: WatchLook, completedAt: number): Promise<Trial> {
    const { clock, cancelled } = this.#world;
    const { plan, policy } = this.#scene;
    const stage = stageOfBand(look, completedAt);
    const scene = { ...this.#scene, limits: limitsOf(this.#scene.limits, look.band.id) };
    const sight = new Sight(this.#world, scene, this.#sides);
    const from = Math.ceil(look.from / 1000) * 1000;
    const stepMs = stepOf(stage, plan.everyMs);
    const told = await sight.recall(stage, { from, to: look.until, stepMs });
    const everyMs = told.kind === 'no-past' ? (policy.caretaker?.everyMs ?? plan.everyMs) : stepMs;
    const trial = new Trial({ ...settingOf(scene, stage, sight.at({}, from)), everyMs });
    if (told.kind === 'polls') for (const poll of told.polls) trial.hear(poll);
    const until = clock.now() + samplingMs;
    while (
      told.kind === 'no-past' &&
      clock.now() <= until &&
      !cancelled.aborted &&
      trial.verdict?.kind !== 'rollback'
    ) {
      trial.hear(await sight.look(stage, true));
      await clock.sleep(plan.everyMs, cancelled);
    }
    return trial;
  }

  async #page(verdict: Verdict | undefined): Promise<readonly string[]> {
    const { attempt, version, policy } = this.#scene;
    const paged = breaches(verdict?.readings ?? []).filter(({ limit }) => limit.action === 'page');
    const told = await Promise.all(
      paged.map(async ({ limit }) => {
        const what = `${limit.metric} breaks ${limit.condition.text}`;
        const opened = await this.#world.incident({
          key: `watch-${attempt.id}-${limit.id}`,
          title: `${policy.environment}: ${what} since ${version} has everybody`,
          body: `${what} (limit ${limit.id}, ${limit.severity}).`,
          below: '',
          labels: ['page'],
        });
        return [`Page ${limit.severity}: ${what} (${opened.url})`, ...opened.warnings];
      }),
    );
    return told.flat();
  }
}

const backRemedy = 'The rollback job or workflow goes back to the version before.';

/** What a look means: a breach asks for a rollback, what holds is told to people, and at the end of a band its `continue` limits must hold. */
function standing(
  verdict: Verdict | undefined,
  last: boolean,
): Pick<Ending, 'verdict' | 'reason' | 'because' | 'kept'> {
  const well = { verdict: 'healthy', reason: 'limits-held', because: '', kept: true } as const;
  if (verdict === undefined)
    return last ? { ...well, verdict: 'hold', reason: 'no-data', because: 'nothing could be read' } : well;
  const { kind, reason, because, askedUntil, at } = verdict;
  if (kind === 'rollback') return { verdict: 'rollback', reason, because, kept: false };
  if (askedUntil > at) return { verdict: 'hold', reason: 'asking', because, kept: true };
  if (kind === 'hold' || reason.startsWith('limit:')) {
    const open = breaches(verdict.readings).some(({ limit }) => limit.action === 'hold' || limit.action === 'ask');
    if (open || last) return { verdict: 'hold', reason, because, kept: true };
  }
  return well;
}

function sidesAt({ routing }: Seen, side: string) {
  const canary = side === '' ? routing.sides[1] : side;
  return { canary, stable: routing.sides.find((one) => one !== canary) ?? '' };
}

/** The plan is complete, and the smoke test that it wants after it is in no record. */
function owesSmoke({ attempt, plan, suiteMissing, policy }: Seen, completedAt: number): boolean {
  if (plan.smoke.after === undefined || suiteMissing || attempt.state !== 'in_progress') return false;
  const leg = policy.leg ?? '';
  return !attempt.happened.some(
    (one) => one.entry.kind === 'smoke' && one.at >= completedAt && (one.leg === undefined || one.leg === leg),
  );
}

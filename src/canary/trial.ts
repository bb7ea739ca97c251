// The trial: one stage from its shift on. Takes poll after poll and judges each; the same polls give the same verdicts.
import type { Compared } from '../policy/parts.ts';
import { Comparer, type Comparing } from './comparer.ts';
import { type Hearing, judge, type Verdict } from './judge.ts';
import type { Poll, PollLog } from './sample.ts';
import { Steady } from './steady.ts';

/** All that is settled before the stage's first poll. */
export interface Setting
  extends Pick<Hearing, 'stage' | 'limits' | 'measured' | 'required'>,
    Pick<Comparing, 'shiftedAt' | 'alpha' | 'past'> {
  /** The poll interval, ms: what lies further apart was not watched. */
  readonly everyMs: number;
  readonly compared: readonly Compared[];
}

export class Trial {
  readonly setting: Setting;
  readonly #comparer: Comparer;
  readonly #log: Poll[];
  readonly #steady: Steady;
  #verdict: Verdict | undefined;

  /** `earlier`: the polls of the stages before, which windows of limits may reach into. */
  constructor(setting: Setting, earlier: PollLog = []) {
    this.setting = setting;
    this.#comparer = new Comparer(setting);
    this.#log = [...earlier];
    this.#steady = new Steady(setting.everyMs);
    for (const poll of earlier) this.#steady.add(poll);
  }

  get log(): PollLog {
    return this.#log;
  }

  get verdict(): Verdict | undefined {
    return this.#verdict;
  }

  /** Judges the newest poll. */
  hear(poll: Poll): Verdict {
    const { stage, shiftedAt, limits, measured, required } = this.setting;
    this.#log.push(poll);
    this.#steady.add(poll);
    const { log, warm, jumped } = this.#steady;
    const elapsed = this.#steady.since(shiftedAt);
    const heard = this.#comparer.hear(poll, elapsed);
    const before = this.#verdict;
    this.#verdict = judge({
      log,
      warm,
      jumped,
      elapsed,
      stage,
      limits,
      measured,
      required,
      heard,
      now: poll.at,
      before,
    });
    return this.#verdict;
  }
}

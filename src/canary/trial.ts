// The trial: one stage from its shift on. Takes poll after poll and judges each; the same polls give the same verdicts.
import type { Compared } from '../policy/parts.ts';
import { Comparer, type Comparing } from './comparer.ts';
import { type Hearing, judge, type Verdict } from './judge.ts';
import type { Poll, PollLog } from './sample.ts';
import { elapsedIn, steadied } from './steady.ts';

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
  #verdict: Verdict | undefined;

  /** `earlier`: the polls of the stages before, which windows of limits may reach into. */
  constructor(setting: Setting, earlier: PollLog = []) {
    this.setting = setting;
    this.#comparer = new Comparer(setting);
    this.#log = [...earlier];
  }

  get log(): PollLog {
    return this.#log;
  }

  get verdict(): Verdict | undefined {
    return this.#verdict;
  }

  /** Judges the newest poll. */
  hear(poll: Poll): Verdict {
    const { stage, limits, measured, required, everyMs } = this.setting;
    this.#log.push(poll);
    const { log, jumped } = steadied(this.#log, everyMs);
    const elapsed = elapsedIn(log, this.setting);
    const heard = this.#comparer.hear(poll, elapsed);
    const before = this.#verdict;
    this.#verdict = judge({ log, jumped, elapsed, stage, limits, measured, required, heard, now: poll.at, before });
    return this.#verdict;
  }
}

// A flag as what moves a share of the users: read, set to a share, turned on and off.
import type { RouterOptions } from '../../world.ts';
import type { Weighing } from '../routers/weights.ts';

export interface FlagState {
  readonly on: boolean;
  /** Percent of the users who get the new version while it is on. */
  readonly share: number;
}

/** One flag of one environment. All throw Unreached or Refused. */
export interface FlagSwitch {
  read(): Promise<FlagState>;
  /** Turns it on where that is needed; 0 leaves it as it is, with nobody behind it. */
  setShare(percent: number): Promise<void>;
  /** On or off for everybody; twice is the same as once. */
  turn(on: boolean): Promise<void>;
}

/** The flag as a router: the second side is everybody who gets it. Whole percent, which all providers can. */
export function flagWeighing(router: RouterOptions, flag: FlagSwitch): Weighing {
  const [first, second] = router.sides;
  return {
    async read() {
      const { on, share } = await flag.read();
      const shown = on ? share : 0;
      return { [first]: Number((100 - shown).toFixed(3)), [second]: shown };
    },
    write: (weights) => flag.setShare(weights[second] ?? 0),
    nearest(weights) {
      const share = weights[second] ?? 0;
      const whole = share === 0 || share === 100 ? share : Math.min(99, Math.max(1, Math.round(share)));
      return { [first]: 100 - whole, [second]: whole };
    },
  };
}

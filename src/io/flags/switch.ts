// A flag as what moves a share of the users: read, set to a share and to some users by name, turned on and off.
import type { RouterOptions } from '../../world.ts';
import type { Weighing } from '../routers/weights.ts';

export interface FlagState {
  readonly on: boolean;
  /** Percent of the users who get the new version while it is on. */
  readonly share: number;
  /** Names of those who get it beside the share, as this action gave it to them. */
  readonly audience: readonly string[];
}

/** One flag of one environment. All throw Unreached or Refused. */
export interface FlagSwitch {
  read(): Promise<FlagState>;
  /** Turns it on where that is needed; 0 without an audience leaves it as it is, with nobody behind it. */
  setShare(percent: number, audience?: readonly string[]): Promise<void>;
  /** On or off for everybody; twice is the same as once. */
  turn(on: boolean): Promise<void>;
}

/** What marks a strategy or a rule as ours, with the name of the audience. */
export function markOf(audience: string): string {
  return `boring-deploys ${audience}`;
}

/** The audience that a mark names; undefined for what somebody else made. */
export function markedIn(text: string | null | undefined): string | undefined {
  return /^boring-deploys (\S+)$/.exec(text ?? '')?.[1];
}

/** The flag as a router: the second side is everybody who gets it. Whole percent, which all providers can. A plan by flag turns it off where
 * nobody is left behind it. */
export function flagWeighing(router: RouterOptions, flag: FlagSwitch): Weighing {
  const [first, second] = router.sides;
  const audiences = router.audiences ?? [];
  const named = (has: (audience: string) => boolean) =>
    Object.fromEntries(audiences.map((audience) => [audience, has(audience) ? 100 : 0]));
  return {
    async read() {
      const { on, share, audience } = await flag.read();
      const shown = on ? share : 0;
      const told = named((one) => on && audience.includes(one));
      return { [first]: Number((100 - shown).toFixed(3)), [second]: shown, ...told };
    },
    async write(weights) {
      const share = weights[second] ?? 0;
      const audience = audiences.filter((one) => (weights[one] ?? 0) > 0);
      const ends = router.by === 'flag' && share === 0 && audience.length === 0;
      // Off first: users come before what is tidied up behind them.
      if (ends) await flag.turn(false);
      await flag.setShare(share, audience);
    },
    nearest(weights) {
      const share = weights[second] ?? 0;
      const whole = share === 0 || share === 100 ? share : Math.min(99, Math.max(1, Math.round(share)));
      return { [first]: 100 - whole, [second]: whole, ...named((one) => (weights[one] ?? 0) > 0) };
    },
  };
}

// The share: whether the new version really gets the requests its weight promises, over the newest polls. A canary that is dead or passed by is
// not "without errors".
import { formatPercent } from '../kit/percent.ts';
import type { Stage } from '../policy/parts.ts';
import { type Counts, type Interval, thinned, wilson } from './interval.ts';

export interface ShareFault {
  readonly reason: 'split-mismatch' | 'canary-silent' | 'traffic-stopped';
  readonly because: string;
  readonly canary: number;
  readonly stable: number;
  /** The observed share, 0..1, with its bounds. */
  readonly interval: Interval;
}

/** Requests of both versions in one poll. */
export interface Turnout {
  readonly canary: number;
  readonly stable: number;
}

/** All that was counted since the warm-up, and in how many of the newest polls in a row there was nobody. */
export interface Quiet {
  readonly requests: number;
  readonly polls: number;
  readonly silent: number;
}

/** Two-sided 99.9 %: a look at four windows every poll (reference canary 6.6 h). */
const sure = 3.29;
/** So many newest polls are looked at together (reference canary 6.6 h). */
const windows = [1, 2, 3, 6] as const;
/** No request where so many were to be expected is no chance: e⁻¹⁰. */
const expected = 10;

/** The share of the users that a stage promises, percent. Whom an audience names comes on top of the weight: then nobody can say how many. */
export function shareOf({ weight, weightTo, audience = [] }: Stage): { readonly from: number; readonly to: number } {
  return { from: weight, to: audience.length > 0 ? 100 : weightTo };
}

/** The fault of the newest polls, oldest first (`quiet`: what is known of those before them); undefined while the share may lie between half and twice the weight (percent, a band). A
 * canary that is silent altogether is named as such, and so is a service that nobody asks any more. */
export function shareFault(
  turnouts: readonly Turnout[],
  weight: { readonly from: number; readonly to: number },
  phi: number,
  quiet: Quiet = quietOf(turnouts),
): ShareFault | undefined {
  const stopped = stoppage(quiet);
  if (stopped !== undefined) return stopped;
  if (weight.from <= 0 || weight.to >= 100) return undefined;
  let canary = 0;
  let stable = 0;
  let taken = 0;
  for (const window of windows) {
    if (turnouts.length < window) break;
    for (; taken < window; taken += 1) {
      const one = turnouts[turnouts.length - 1 - taken];
      canary += one?.canary ?? 0;
      stable += one?.stable ?? 0;
    }
    const fault = mismatch({ canary, stable, polls: window }, weight, phi);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function mismatch(
  { canary, stable, polls }: Turnout & { readonly polls: number },
  { from, to }: { readonly from: number; readonly to: number },
  phi: number,
): ShareFault | undefined {
  const requests: Counts = { bad: canary, total: canary + stable };
  if (requests.total <= 0) return undefined;
  const interval = wilson(thinned(requests, phi), sure);
  if (interval.upper >= from / 200 && interval.lower <= to / 50) return undefined;
  const weight = `its weight is ${from === to ? '' : `${from} to `}${to} %`;
  const seen = `${formatPercent(canary / requests.total)} of the ${Math.round(requests.total)} requests of ${lastPolls(polls)}`;
  if (canary === 0) {
    const because = `the new version got none of the ${Math.round(stable)} requests of ${lastPolls(polls)}, ${weight}`;
    return { reason: 'canary-silent', because, canary, stable, interval };
  }
  const because = `the new version got ${seen}, ${weight}`;
  return { reason: 'split-mismatch', because, canary, stable, interval };
}

/** No request at all in the newest polls where the ones before make many likely. */
function stoppage({ requests, polls, silent }: Quiet): ShareFault | undefined {
  if (requests <= 0 || silent === 0) return undefined;
  const likely = (requests / (polls - silent)) * silent;
  if (likely < expected) return undefined;
  const because = `no request was counted in ${lastPolls(silent)}, where ${Math.round(likely)} were to be expected`;
  return { reason: 'traffic-stopped', because, canary: 0, stable: 0, interval: { lower: 0, upper: 1 } };
}

function lastPolls(many: number): string {
  return many === 1 ? 'the last poll' : `the last ${many} polls`;
}

function quietOf(turnouts: readonly Turnout[]): Quiet {
  const last = turnouts.findLastIndex(({ canary, stable }) => canary + stable > 0);
  const requests = turnouts.reduce((sum, { canary, stable }) => sum + canary + stable, 0);
  return { requests, polls: turnouts.length, silent: turnouts.length - 1 - last };
}

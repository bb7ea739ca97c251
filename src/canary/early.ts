// The early looks: exact tests at polls fixed beforehand, where the sequential odds are still held down by their cap and their mixture. They turn back
// what is worse a poll or two sooner, and have their part of the error probability for that.
import { type Counts, thinned } from './interval.ts';

/** A test at so many polls after the warm-up, its weight among the looks, and the p that must be left when its worst poll counts as its second worst. */
interface Look {
  readonly polls: number;
  readonly weight: number;
  readonly sober: number;
}

/** Each about 1.5 times the one before, as far as the bakes that end before the odds have caught up. Most of the weight lies at four and six polls,
 * where the odds lose most against the information bound; 16 and 22 are for regressions that a bake of five minutes just shows (simulated,
 * docs/canary-judge.md). A burst in one poll passes the sober test as often as chance does, so it is stricter where there are polls enough. */
const looks: readonly Look[] = [
  { polls: 2, weight: 1, sober: 0.005 },
  { polls: 3, weight: 2, sober: 0.005 },
  { polls: 4, weight: 6, sober: 0.025 },
  { polls: 6, weight: 6, sober: 0.01 },
  { polls: 10, weight: 1, sober: 0.0005 },
  { polls: 16, weight: 3, sober: 0.002 },
  { polls: 22, weight: 3, sober: 0.002 },
];
const weights = looks.reduce((sum, { weight }) => sum + weight, 0);

/** What these looks take of a metric's error probability; the odds have the rest. The looks share it by their weights (Bonferroni: the chance that
 * any of several events happens is at most their sum), so that all of it together is never more than `alpha`. */
export const earlyPart = 0.4;
/** The last look: what comes later is not kept. */
export const lastLook = 22;

/** The counts of one poll after the warm-up. `before`: the canary's of the poll before, for a stable version that is scraped late. */
export interface EarlyPoll {
  readonly canary: Counts;
  readonly before: Counts;
  readonly stable: Counts;
}

/** Whether the look after these polls finds the new version worse at the error probability `alpha` of its metric and stage. */
export function isWorseEarly(polls: readonly EarlyPoll[], alpha: number, phi: number): boolean {
  const look = looks.find((one) => one.polls === polls.length);
  if (look === undefined) return false;
  const part = (earlyPart * alpha * look.weight) / weights;
  return (
    chanceOf(polls, 'canary', phi) <= part &&
    chanceOf(polls, 'before', phi) <= part &&
    chanceOf(sobered(polls), 'canary', phi) <= look.sober
  );
}

/** The polls with the failures of the worst one as if it were the second worst: one scrape alone turns nothing back. */
function sobered(polls: readonly EarlyPoll[]): readonly EarlyPoll[] {
  const [worst, second] = [...polls].sort((one, other) => rateOf(other.canary) - rateOf(one.canary));
  if (worst === undefined || second === undefined) return polls;
  const { total } = worst.canary;
  const canary = { bad: total * rateOf(second.canary), total };
  return polls.map((poll) => (poll === worst ? { ...poll, canary } : poll));
}

/** One-sided p of Fisher's kind: given all failures, how likely the new version has so many of them by its share of the requests alone. The
 * binomial tail is never below the hypergeometric one where that matters; counts worth fewer are rounded against the alarm. */
export function chanceOf(polls: readonly EarlyPoll[], arm: 'canary' | 'before', phi: number): number {
  const sum = (of: (poll: EarlyPoll) => Counts) => {
    let bad = 0;
    let total = 0;
    for (const poll of polls) {
      bad += of(poll).bad;
      total += of(poll).total;
    }
    return thinned({ bad, total }, phi);
  };
  const own = sum((poll) => poll[arm]);
  const other = sum((poll) => poll.stable);
  if (own.total <= 0 || other.total <= 0) return 1;
  return tail(Math.floor(own.bad), Math.floor(own.bad) + Math.ceil(other.bad), own.total / (own.total + other.total));
}

/** P(X ≥ k) of a binomial with n trials. */
function tail(k: number, n: number, p: number): number {
  if (k <= n * p) return 1;
  const first = logFactorial(n) - logFactorial(k) - logFactorial(n - k) + k * Math.log(p) + (n - k) * Math.log1p(-p);
  let term = Math.exp(first);
  let sum = term;
  for (let i = k; i < n && term > sum * 1e-12; i += 1) {
    term *= ((n - i) / (i + 1)) * (p / (1 - p));
    sum += term;
  }
  return Math.min(1, sum);
}

/** ln n!, by Stirling's series from 8 on: wrong by less than 1e-9. */
function logFactorial(n: number): number {
  if (n < 8) {
    let product = 1;
    for (let i = 2; i <= n; i += 1) product *= i;
    return Math.log(product);
  }
  const x = n + 1;
  return (
    (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5)
  );
}

function rateOf({ bad, total }: Counts): number {
  return total <= 0 ? 0 : bad / total;
}

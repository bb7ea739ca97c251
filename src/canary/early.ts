// The early look: an exact test in the first polls after the warm-up, where the sequential odds are still held down by their cap. It turns back what
// is much worse a poll sooner, and takes a small part of the error probability for that.
import { type Counts, thinned } from './interval.ts';

/** Polls after the warm-up at which it is asked; fixed beforehand, each with an equal part. */
const looks = [2, 3, 4] as const;
/** What these looks take of a metric's error probability; the odds have the rest. */
export const earlyPart = 0.03;
/** Without its worst poll the new version must still look worse: one scrape alone turns nothing back. */
const withoutWorst = 0.05;

/** The counts of one poll after the warm-up. `before`: the canary's of the poll before, for a stable version that is scraped late. */
export interface EarlyPoll {
  readonly canary: Counts;
  readonly before: Counts;
  readonly stable: Counts;
}

/** Whether the look after these polls finds the new version worse at the error probability `alpha` of its metric and stage. */
export function isWorseEarly(polls: readonly EarlyPoll[], alpha: number, phi: number): boolean {
  if (!looks.some((look) => look === polls.length)) return false;
  const part = (earlyPart * alpha) / looks.length;
  const worst = polls.reduce((one, other) => (rateOf(other.canary) > rateOf(one.canary) ? other : one));
  const others = polls.filter((poll) => poll !== worst);
  return (
    chanceOf(polls, 'canary', phi) <= part &&
    chanceOf(polls, 'before', phi) <= part &&
    chanceOf(others, 'canary', phi) <= withoutWorst
  );
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

// Decidable: whether a plan's stages see enough requests at the present traffic to decide by, and how small a difference they would show.
import { measuresOf } from './measure.ts';
import type { Compared, Limit, Metrics, Plan, Stage } from './parts.ts';

/** What the service had: requests a millisecond, and the share of bad ones (0..1). */
export interface Traffic {
  readonly perMs: number;
  readonly badShare: number;
}

/** What a policy judges by. */
export interface Judging {
  readonly metrics: Metrics;
  readonly limits: readonly Limit[];
  readonly compare: readonly Compared[];
  /** False-rollback probability of one deployment, 0..1. */
  readonly alpha: number;
}

export interface StageOutlook {
  readonly id: string;
  /** Requests that the new version gets until the stage must have decided. */
  readonly requests: number;
  readonly needed: number;
  /** Limit or comparison that needs the most. */
  readonly by: string;
  /** Smallest rise of the share of bad requests (0..1) that would be found; undefined when not even all of them failing would. */
  readonly detectable: number | undefined;
}

/** Under ten requests a ratio says nothing either way (reference canary, rule R2). */
const leastRequests = 10;

/** Width of several looks at a comparison, and of a single one where the bake cannot be longer (reference canary 6.6 g). */
export const severalLooks = 2.07;
export const oneLook = 1.645;

/** Requests without one bad that support a rate below `limit` (0..1) at 95 %: 3 / limit (rule of three; reference processes, "Numbers"). */
export function ruleOfThree(limit: number): number {
  return limit <= 0 ? Number.POSITIVE_INFINITY : Math.ceil(3 / limit);
}

/** Requests that a fixed limit on a ratio needs; undefined for a limit of another kind. A floor such as `> 99.5 %` is a limit on the rest. */
export function requestsFor({ condition }: Pick<Limit, 'condition'>): number | undefined {
  if (condition.kind !== 'compare' || condition.unit !== 'ratio') return undefined;
  const rare = Math.min(condition.value, 1 - condition.value);
  return rare <= 0 ? undefined : ruleOfThree(rare);
}

/** What each stage with both versions under traffic sees, a band at the share that is walked. Limits and comparisons that no query measures need
 * nothing. */
export function outlookOf(policy: Judging, plan: Plan, traffic: Traffic): readonly StageOutlook[] {
  return plan.stages.filter(isCompared).map((stage) => {
    const weight = decidingShare(policy, plan, stage, traffic, bandShares(stage)) ?? stage.weight;
    return outlookAt(policy, plan, { ...stage, weight }, traffic);
  });
}

/** The whole percents of a stage's band, with its two ends, rising. */
export function bandShares({ weight, weightTo }: Pick<Stage, 'weight' | 'weightTo'>): readonly number[] {
  const whole = Array.from(
    { length: Math.max(0, Math.floor(weightTo) - Math.ceil(weight) + 1) },
    (_, index) => Math.ceil(weight) + index,
  );
  return [...new Set([weight, ...whole, weightTo])].sort((a, b) => a - b);
}

/** The first of these shares (percent, rising) at which the stage decides; the last one where none does. */
export function decidingShare(
  policy: Judging,
  plan: Plan,
  stage: Stage,
  traffic: Traffic,
  shares: readonly number[],
): number | undefined {
  const decides = (weight: number) => {
    const { requests, needed } = outlookAt(policy, plan, { ...stage, weight }, traffic);
    return requests >= needed;
  };
  return shares.find(decides) ?? shares.at(-1);
}

function outlookAt(policy: Judging, plan: Plan, stage: Stage, traffic: Traffic): StageOutlook {
  const ratios = new Set(measuresOf(policy.metrics).flatMap(({ kind, metric }) => (kind === 'ratio' ? [metric] : [])));
  const share = stage.weight / 100;
  const requests = Math.floor(traffic.perMs * timeOf(stage) * share);
  const width = (stage.maxBakeMs ?? 0) > stage.bakeMs ? severalLooks : oneLook;
  const limits = policy.limits
    .filter((limit) => limit.kind === 'continue' && ratios.has(limit.metric) && isAsked(limit, stage))
    .flatMap((limit) => ({ by: `${limit.metric} ${limit.condition.text}`, needed: requestsFor(limit) ?? 0 }));
  const compared = policy.compare
    .filter(({ metric }) => ratios.has(metric))
    .map(({ metric, margin }) => ({
      by: `${metric} within ${Number((margin * 100).toFixed(2))} pp`,
      needed: requestsWithin(margin, { rate: traffic.badShare, share, width }),
    }));
  const [most] = [...limits, ...compared].sort((a, b) => b.needed - a.needed);
  const needed = Math.max(leastRequests, most?.needed ?? 0);
  const by = most === undefined || most.needed < leastRequests ? 'anything at all' : most.by;
  const arms = { own: requests, other: (requests * (1 - share)) / share, base: traffic.badShare };
  return { id: stage.id, requests, needed, by, detectable: smallestRise({ ...arms, odds: 1 / alphaOf(policy, plan) }) };
}

/** The stages that cannot decide. A plan by the rollout of the platform, or with one version only, is none of this. */
export function undecided(policy: Judging, plan: Plan, traffic: Traffic): readonly StageOutlook[] {
  return plan.by === 'rollout'
    ? []
    : outlookOf(policy, plan, traffic).filter(({ requests, needed }) => requests < needed);
}

/** True while two versions share the traffic for a while. */
export function isCompared({ weight, bakeMs }: Stage): boolean {
  return weight > 0 && weight < 100 && bakeMs > 0;
}

/** The longest that a stage looks at its traffic, ms: what warms up does not count. */
export function timeOf({ bakeMs, maxBakeMs, warmupMs }: Stage): number {
  return Math.max(0, Math.max(bakeMs, maxBakeMs ?? 0) - warmupMs);
}

function isAsked({ during }: Limit, { id }: Stage): boolean {
  return during.length === 0 || during.includes('canary') || during.includes(id);
}

/** What is left of the false-rollback probability for one stage and metric. */
function alphaOf({ alpha, compare }: Judging, { stages }: Plan): number {
  const looks = Math.max(1, compare.length) * Math.max(1, stages.filter(isCompared).length);
  return Math.max(1e-9, alpha / looks);
}

/** Requests of the new version, which has `share` (0..1) of the users, until the interval of the difference (Newcombe) of two equal rates lies within the margin. */
export function requestsWithin(
  margin: number,
  { rate, share, width }: { readonly rate: number; readonly share: number; readonly width: number },
): number {
  const upper = (own: number): number => {
    const other = (own * (1 - share)) / share;
    return Math.hypot(wilson(rate, own, width).upper - rate, rate - wilson(rate, other, width).lower);
  };
  let most = leastRequests;
  while (upper(most) > margin && most < 1e12) most *= 2;
  return most >= 1e12 ? Number.POSITIVE_INFINITY : Math.ceil(bisected(0, most, (own) => upper(own) <= margin));
}

/** Wilson's bounds of a rate seen in so many requests: ((p + z²/2n) ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n). */
function wilson(rate: number, total: number, width: number): { readonly lower: number; readonly upper: number } {
  const square = width ** 2 / total;
  const reach = width * Math.sqrt((rate * (1 - rate)) / total + square / (4 * total));
  const middle = rate + square / 2;
  return { lower: Math.max(0, (middle - reach) / (1 + square)), upper: Math.min(1, (middle + reach) / (1 + square)) };
}

/** Looking at every poll costs about as much again as the bound of two samples (reference canary 6.4: 1.0 to 1.7 times; rounded up). */
const lossOfSequence = 2;

/** The rise of the bad share that gives the wanted odds: own·KL(worse‖common) + other·KL(base‖common) = 2·ln(odds) (reference canary 6.4). */
export function smallestRise(of: {
  readonly own: number;
  readonly other: number;
  readonly base: number;
  readonly odds: number;
}): number | undefined {
  const { own, other, odds } = of;
  const base = Math.min(0.999, Math.max(1e-6, of.base));
  const gained = (rise: number): number => {
    const worse = Math.min(1, base + rise);
    const common = (own * worse + other * base) / (own + other);
    return own * divergence(worse, common) + other * divergence(base, common);
  };
  const wanted = lossOfSequence * Math.log(odds);
  if (own <= 0 || other <= 0 || gained(1 - base) < wanted) return undefined;
  return bisected(0, 1 - base, (rise) => gained(rise) >= wanted);
}

/** Kullback-Leibler divergence of two rates, nats a request. */
export function divergence(rate: number, from: number): number {
  const term = (p: number, q: number) => (p <= 0 ? 0 : p * Math.log(p / q));
  return term(rate, from) + term(1 - rate, 1 - from);
}

/** The least value between the two for which it holds, to a part in a billion of their distance. */
function bisected(no: number, yes: number, is: (value: number) => boolean): number {
  let [low, high] = [no, yes];
  for (let step = 0; step < 40; step += 1) {
    const middle = (low + high) / 2;
    if (is(middle)) high = middle;
    else low = middle;
  }
  return high;
}

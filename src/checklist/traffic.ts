// The traffic of the last week, out of the policy's own queries: what the plan's stages can decide by, and the plan that is taken instead where they cannot.
import { type Answers, type Known, known, type Unknown, unknown } from '../evidence/answer.ts';
import type { QuestionOf } from '../evidence/question.ts';
import type { MetricFact } from '../evidence/service.ts';
import { formatDuration } from '../kit/duration.ts';
import { formatPoints } from '../kit/percent.ts';
import { outlookOf, type StageOutlook, type Traffic, undecided } from '../policy/decidable.ts';
import type { Effective } from '../policy/effective.ts';
import { type Arm, fill, type Measure, measuresOf } from '../policy/measure.ts';
import type { Plan } from '../policy/parts.ts';
import { counted } from './words.ts';

const weekMs = 7 * 24 * 3_600_000;
/** A rate in unit seconds, when its query does not say a minute. ms */
const perSecond = 1_000;
const perMinute = 60_000;

/** The numbers of the week: one question for each side, since both have had the users by turns. Empty where no query of a Prometheus can tell. */
export function asksTraffic(policy: Effective): readonly QuestionOf<'metric'>[] {
  const measure = measureOf(policy);
  return measure === undefined ? [] : placesOf(measure, policy).map((place) => questionOf(measure, place, policy));
}

/** Requests a millisecond, and their bad share, as the mean of the week. */
export function trafficOf(policy: Effective, answers: Answers): Known<Traffic> | Unknown {
  const measure = measureOf(policy);
  if (measure === undefined)
    return unknown(
      'no query tells the requests of the last week',
      'write `metrics.queries` with a total over [{{window}}] in a Prometheus, or `request-rate`',
    );
  let [bad, total] = [0, 0];
  for (const question of asksTraffic(policy)) {
    const told = answers.of(question);
    if (told.kind === 'unknown') return told;
    const [first, second] = told.value.map(numberOf);
    if (measure.kind === 'value') total += (first ?? 0) * weekMs;
    else {
      total += second ?? 0;
      bad += measure.part === 'bad' ? (first ?? 0) : (second ?? 0) - (first ?? 0);
    }
  }
  if (total <= 0) return unknown('no request was counted in the last week', 'see whether the queries are right');
  const per = measure.kind === 'value' ? unitOf(measure, policy) : 1;
  const perMs = total / weekMs / per;
  return known({ perMs, badShare: measure.kind === 'value' ? 0 : Math.min(1, Math.max(0, bad / total)) });
}

/** The plan that goes instead, where the chosen one names one for low traffic and cannot decide with that of the last week. */
export function planAtTraffic(
  policy: Effective,
  plan: Plan,
  answers: Answers,
): { readonly plan: Plan; readonly because: string } {
  const other = plan.lowTraffic === undefined ? undefined : policy.plans[plan.lowTraffic];
  const traffic = other === undefined ? undefined : trafficOf(policy, answers);
  if (other === undefined || traffic?.kind !== 'known') return { plan, because: '' };
  const [first] = undecided(policy, plan, traffic.value);
  return first === undefined
    ? { plan, because: '' }
    : { plan: other, because: `${plan.name} cannot decide: ${lackOf(first)}` };
}

/** What one stage lacks: `ten sees 40 requests of the last week's traffic, error-rate < 1 % needs 300`. */
export function lackOf({ id, requests, needed, by }: StageOutlook): string {
  const wanted = Number.isFinite(needed) ? `needs ${needed}` : 'cannot be decided by any number';
  return `${id} sees ${counted(requests, 'request', 'requests')} at the traffic of last week, ${by} ${wanted}`;
}

/** What each stage can decide by, as a sentence's parts. */
export function outlookWords(policy: Effective, plan: Plan, traffic: Traffic): readonly string[] {
  return outlookOf(policy, plan, traffic).map(({ id, requests, detectable }) => {
    const shows = detectable === undefined ? 'shows no difference' : `shows ${formatPoints(detectable)}`;
    return `${id}: ${requests} requests, ${shows}`;
  });
}

/** `1.2 requests a second`, `40 requests an hour`. */
export function rateWords({ perMs }: Traffic): string {
  const many = (count: number) => counted(Number(count.toPrecision(3)), 'request', 'requests');
  const second = perMs * perSecond;
  return second >= 0.1 ? `${many(second)} a second` : `${many(perMs * perMinute * 60)} an hour`;
}

/** So long a stage needs until its new version has had so many requests. */
export function timeFor(needed: number, weight: number, { perMs }: Traffic): string {
  return Number.isFinite(needed) ? formatDuration(needed / (perMs * (weight / 100))) : 'for ever';
}

/** A ratio over a window tells how many there were and how many were bad; else the rate of all requests. Only Prometheus knows the past. */
function measureOf({ metrics, limits, compare }: Effective): Measure | undefined {
  const remembered = metrics.sources.filter(({ provider }) => provider === 'prometheus').map(({ name }) => name);
  const all = measuresOf(metrics).filter(({ source }) => remembered.includes(source));
  const ratios = all.filter((one) => one.kind === 'ratio' && [one.count, one.total].every(isWindowed));
  const judged = [...compare.map(({ metric }) => metric), ...limits.map(({ metric }) => metric)];
  return (
    ratios.find(({ metric }) => judged.includes(metric)) ??
    ratios[0] ??
    all.find(({ kind, metric }) => kind === 'value' && metric === 'request-rate')
  );
}

function isWindowed(text: string): boolean {
  return /\{\{\s*window\s*\}\}/.test(text) && !/\{\{\s*version\s*\}\}/.test(text);
}

function unitOf({ metric }: Measure, { metrics }: Effective): number {
  return metrics.queries.find(({ name }) => name === metric)?.unit === 'per-minute' ? perMinute : perSecond;
}

interface Where {
  readonly side: string;
  readonly track: Arm;
}

/** Every side and track that the texts tell apart. */
function placesOf(measure: Measure, { traffic }: Effective): readonly Where[] {
  const texts = measure.kind === 'ratio' ? [measure.count, measure.total] : [measure.text];
  const names = (what: string) => texts.some((text) => new RegExp(`\\{\\{\\s*${what}\\s*\\}\\}`).test(text));
  const sides = names('side') ? (traffic?.sides ?? []) : [''];
  const tracks: readonly Arm[] = names('track') ? ['stable', 'canary'] : ['stable'];
  return sides.flatMap((side) => tracks.map((track) => ({ side, track })));
}

function questionOf(measure: Measure, { side, track }: Where, policy: Effective): QuestionOf<'metric'> {
  const place = { side, track, version: '', leg: policy.leg ?? '', windowMs: weekMs };
  const source = policy.metrics.sources.find(({ name }) => name === measure.source);
  const filled = (text: string) => fill(text, place, 'promql');
  const texts =
    measure.kind === 'ratio'
      ? [filled(measure.count), filled(measure.total)]
      : [`avg_over_time((${filled(measure.text)})[${weekMs / 1000}s:300s])`];
  return {
    kind: 'metric',
    provider: source?.provider ?? '',
    options: source?.options ?? {},
    texts,
    windowMs: weekMs,
    agoMs: 0,
  };
}

function numberOf(fact: MetricFact): number {
  return fact.kind === 'value' && Number.isFinite(fact.value) ? fact.value : 0;
}

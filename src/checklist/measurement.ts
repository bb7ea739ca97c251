// Measurements: numbers of the policy's own metric queries, asked of the version that has the users.
import { type Answers, type Unknown, unknown } from '../evidence/answer.ts';
import type { Question, QuestionOf } from '../evidence/question.ts';
import type { MetricFact } from '../evidence/service.ts';
import { formatDuration } from '../kit/duration.ts';
import { formatPercent } from '../kit/percent.ts';
import type { Condition } from '../policy/condition.ts';
import { type Escape, fill, type Measure, measuresOf, type Place } from '../policy/measure.ts';
import { sharedOptions } from '../policy/routing.ts';
import { sidesOf, whatRuns } from '../record/running.ts';
import type { Context } from './criterion.ts';

type Case = Pick<Context, 'policy' | 'change'>;

export interface Wanted {
  readonly metric: string;
  /** What `{{window}}` stands for, ms. */
  readonly overMs: number;
  /** So long before now; default 0. */
  readonly agoMs?: number;
  /** Text of a query made out of the metric's own, e.g. its maximum of a week. */
  readonly shaped?: (text: string) => string;
}

/** `nothing`: the source answered, and has no number; `arrives` where it counts, only nothing happened. Ratios are the share of bad ones, 0..1; durations ms. */
export type Measured =
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'nothing'; readonly because: string; readonly arrives: boolean }
  | Unknown;

/** A number that is older than this is not of now: also how far Prometheus itself looks back (its default). */
export const freshMs = 5 * 60_000;

/** Whether a query of the policy gives this metric. */
export function isMeasured({ policy }: Pick<Case, 'policy'>, metric: string): boolean {
  return measureOf({ policy }, metric) !== undefined;
}

/** What must be asked to know it: which side has the users where the query names a side, then the numbers, then whether they are fresh. */
export function asksMeasure(wanted: Wanted, given: Case, answers: Answers): readonly Question[] {
  const measure = measureOf(given, wanted.metric);
  if (measure === undefined || !canShape(measure, wanted, given)) return [];
  const weights = namesSide(measure, given) ? weightsOf(given) : undefined;
  const place = placeOf(measure, given, wanted.overMs, answers);
  const numbers =
    'kind' in place ? [] : [questionOf(measure, wanted, place, given), ...freshOf(measure, wanted, place, given)];
  return [...(weights === undefined ? [] : [weights]), ...numbers];
}

/** The number. A query of a long window whose source has had nothing for the last minutes is unknown: what it shows is the past. */
export function measured(wanted: Wanted, given: Case, answers: Answers): Measured {
  const measure = measureOf(given, wanted.metric);
  if (measure === undefined)
    return unknown(`no query gives ${wanted.metric}`, `write \`metrics.queries.${wanted.metric}\``);
  if (!canShape(measure, wanted, given))
    return unknown(`the source of ${wanted.metric} knows the present only`, 'measure it in Prometheus');
  const place = placeOf(measure, given, wanted.overMs, answers);
  if ('kind' in place) return place;
  const told = answers.of(questionOf(measure, wanted, place, given));
  if (told.kind === 'unknown') return told;
  const [fresh] = freshOf(measure, wanted, place, given).map((question) => answers.of(question));
  if (fresh?.kind === 'known' && fresh.value.every(({ kind }) => kind === 'nothing') && told.value.some(isValue))
    return unknown(
      `${wanted.metric} has had no number for ${formatDuration(freshMs)}: what it shows is older`,
      'see why the metric source gets nothing any more',
    );
  return numberOf(measure, told.value);
}

/** The number as people read it beside the condition. */
export function shownAs(condition: Condition, value: number): string {
  const unit = 'unit' in condition ? condition.unit : undefined;
  if (unit === 'ratio') return formatPercent(value);
  return unit === 'ms' ? formatDuration(value) : String(Number(value.toPrecision(4)));
}

function measureOf({ policy }: Pick<Case, 'policy'>, metric: string): Measure | undefined {
  return measuresOf(policy.metrics).find((measure) => measure.metric === metric);
}

function textsOf(measure: Measure): readonly string[] {
  return measure.kind === 'ratio' ? [measure.count, measure.total] : [measure.text];
}

function sourceOf(measure: Measure, { policy }: Pick<Case, 'policy'>) {
  return policy.metrics.sources.find(({ name }) => name === measure.source);
}

function optionTexts(measure: Measure, given: Case): readonly string[] {
  return Object.values(sourceOf(measure, given)?.options ?? {}).filter((option) => typeof option === 'string');
}

/** Only Prometheus has an expression for what was. */
function canShape(measure: Measure, { shaped }: Wanted, given: Case): boolean {
  return shaped === undefined || sourceOf(measure, given)?.provider === 'prometheus';
}

function namesSide(measure: Measure, given: Case): boolean {
  return [...textsOf(measure), ...optionTexts(measure, given)].some((text) => /\{\{\s*side\s*\}\}/.test(text));
}

/** Undefined where the policy names no router. */
export function weightsOf({ policy }: Pick<Case, 'policy'>): QuestionOf<'weights'> | undefined {
  const { traffic, environment, leg } = policy;
  if (traffic?.router === undefined) return undefined;
  const { router, sides } = traffic;
  return { kind: 'weights', router, sides, options: sharedOptions(traffic), environment, leg: leg ?? '' };
}

/** What the placeholders stand for: the version, and the side, that the users have. */
function placeOf(measure: Measure, given: Case, windowMs: number, answers: Answers): Place | Unknown {
  const { policy, change } = given;
  const runs = whatRuns(change.history) ?? change.predecessor;
  const version = runs?.payload.version ?? '';
  const place = { side: '', version, track: 'stable', leg: policy.leg ?? '', windowMs } as const;
  if (!namesSide(measure, given)) return place;
  const question = weightsOf(given);
  const told = question === undefined ? undefined : answers.of(question);
  if (told?.kind === 'unknown') return told;
  const heaviest = told === undefined ? undefined : Object.entries(told.value).sort(([, a], [, b]) => b - a)[0];
  const side = heaviest?.[0] ?? (runs === undefined ? undefined : sidesOf(runs)?.canary);
  return side === undefined
    ? unknown(`${measure.metric} is asked by side, and nobody tells which one has the users`, 'name the router')
    : { ...place, side };
}

function questionOf(measure: Measure, wanted: Wanted, place: Place, given: Case): QuestionOf<'metric'> {
  const source = sourceOf(measure, given);
  const provider = source?.provider ?? '';
  const within: Escape = provider === 'prometheus' ? 'promql' : 'pointer';
  const shaped = wanted.shaped ?? ((text: string) => text);
  const options = Object.entries(source?.options ?? {}).map(([key, value]) => [
    key,
    provider === 'json' && typeof value === 'string' ? fill(value, place, 'url') : value,
  ]);
  return {
    kind: 'metric',
    provider,
    options: Object.fromEntries(options),
    texts: textsOf(measure).map((text) => shaped(fill(text, place, within))),
    windowMs: place.windowMs,
    agoMs: wanted.agoMs ?? 0,
  };
}

/** The same over a short window, where the wanted one is long and the query has a window at all. */
function freshOf(measure: Measure, wanted: Wanted, place: Place, given: Case): readonly QuestionOf<'metric'>[] {
  const windowed = textsOf(measure).some((text) => /\{\{\s*window\s*\}\}/.test(text));
  if (!windowed || wanted.overMs <= freshMs || wanted.shaped !== undefined || wanted.agoMs !== undefined) return [];
  return [questionOf(measure, wanted, { ...place, windowMs: freshMs }, given)];
}

function isValue({ kind }: MetricFact): boolean {
  return kind === 'value';
}

/** No series of bad requests beside counted ones means that none was bad. */
function numberOf(measure: Measure, facts: readonly MetricFact[]): Measured {
  const [first, total] = facts;
  if (first === undefined) return unknown(`${measure.metric} was not answered`, 'run the gate again');
  const nothing = (because: string, arrives = false): Measured => ({ kind: 'nothing', because, arrives });
  if (measure.kind === 'value')
    return first.kind === 'value' ? { kind: 'value', value: first.value * measure.scale } : nothing(first.because);
  if (total === undefined || total.kind === 'nothing') return nothing(total?.because ?? 'it has no total');
  if (total.value <= 0) return nothing('no request was counted', true);
  if (first.kind === 'nothing' && measure.part === 'good') return nothing(first.because);
  const count = first.kind === 'value' ? first.value : 0;
  const bad = measure.part === 'bad' ? count : total.value - count;
  return { kind: 'value', value: Math.min(1, Math.max(0, bad / total.value)) };
}

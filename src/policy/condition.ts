/** The one condition grammar of the policy (`< 1 %`, `5..10 %`, `1.5x baseline`, `rising > 5 %/h`, `failing`): text to data, and does it hold. */
import { parseDuration } from '../kit/duration.ts';
import { assertNever } from '../kit/never.ts';

export type Comparison = '<' | '<=' | '>' | '>=';
/** Of the value: ratio 0..1 (%, pp), milliseconds, events a minute, bytes, or a bare count. */
export type Unit = 'ratio' | 'ms' | 'per-minute' | 'bytes' | 'count';

/** A parsed condition. `text` is what the policy says; values are in the base unit (1 % is 0.01, 2s is 2000). */
export type Condition =
  | {
      readonly kind: 'compare';
      readonly is: Comparison;
      readonly value: number;
      readonly unit: Unit;
      readonly text: string;
    }
  | { readonly kind: 'band'; readonly from: number; readonly to: number; readonly unit: Unit; readonly text: string }
  | { readonly kind: 'baseline'; readonly is: Comparison; readonly factor: number; readonly text: string }
  | {
      readonly kind: 'rising';
      readonly is: Comparison;
      readonly value: number;
      readonly perMs: number;
      readonly text: string;
    }
  | { readonly kind: 'drop'; readonly is: Comparison; readonly value: number; readonly text: string }
  | { readonly kind: 'state'; readonly state: 'failing' | 'passing' | 'all'; readonly text: string };

const sign = '(<=|>=|<|>)';
const number = '(-?\\d+(?:\\.\\d+)?)';
const baseline = new RegExp(`^${sign}?\\s*${number}\\s*x\\s+baseline$`);
const band = new RegExp(`^${number}\\s*\\.\\.\\s*${number}\\s*(.*)$`);
const rising = new RegExp(`^rising\\s*${sign}\\s*${number}\\s*%\\s*/\\s*(s|m|h|d)$`);
const drop = new RegExp(`^drop\\s*${sign}\\s*${number}\\s*%$`);
const compare = new RegExp(`^${sign}\\s*${number}\\s*(.*)$`);

/** The condition that `text` writes; undefined when the grammar does not know it. */
export function parseCondition(text: string): Condition | undefined {
  const words = text.trim().replace(/\s+/g, ' ');
  if (words === 'failing' || words === 'passing' || words === 'all')
    return { kind: 'state', state: words, text: words };
  return parseRelative(words) ?? parseBand(words) ?? parseComparison(words);
}

function parseRelative(text: string): Condition | undefined {
  const factor = baseline.exec(text);
  // `1.5x baseline` without a sign is an upper bound: what a limit against the baseline always means.
  if (factor !== null) return { kind: 'baseline', is: comparison(factor[1] ?? '>'), factor: Number(factor[2]), text };
  const slope = rising.exec(text);
  if (slope !== null) {
    const perMs = parseDuration(`1${slope[3] ?? ''}`) ?? 0;
    return { kind: 'rising', is: comparison(slope[1]), value: Number(`${slope[2]}e-2`), perMs, text };
  }
  const fall = drop.exec(text);
  return fall === null ? undefined : { kind: 'drop', is: comparison(fall[1]), value: Number(`${fall[2]}e-2`), text };
}

function parseBand(text: string): Condition | undefined {
  const match = band.exec(text);
  const scale = scaleOf(match?.[3]);
  if (match === null || scale === undefined) return undefined;
  const from = scaled(match[1], scale);
  const to = scaled(match[2], scale);
  return from > to ? undefined : { kind: 'band', from, to, unit: scale.unit, text };
}

function parseComparison(text: string): Condition | undefined {
  const match = compare.exec(text);
  const scale = scaleOf(match?.[3]);
  if (match === null || scale === undefined) return undefined;
  return { kind: 'compare', is: comparison(match[1]), value: scaled(match[2], scale), unit: scale.unit, text };
}

type Scale = { readonly unit: Unit; readonly times: string | number };

function scaleOf(word: string | undefined): Scale | undefined {
  if (word === undefined) return undefined;
  const unit = word.trim();
  if (unit === '' || unit === 'count') return { unit: 'count', times: 1 };
  if (unit === '%' || unit === 'pp') return { unit: 'ratio', times: 'e-2' };
  if (unit === 'per minute' || unit === '/min') return { unit: 'per-minute', times: 1 };
  const bytes = ['bytes', 'KB', 'MB', 'GB'].indexOf(unit);
  if (bytes >= 0) return { unit: 'bytes', times: 1_000 ** bytes };
  const length = parseDuration(`1${unit}`);
  return length === undefined ? undefined : { unit: 'ms', times: length };
}

function scaled(text: string | undefined, scale: Scale): number {
  return typeof scale.times === 'string' ? Number(`${text}${scale.times}`) : Number(text) * scale.times;
}

function comparison(text: string | undefined): Comparison {
  return text === '<' || text === '<=' || text === '>=' ? text : '>';
}

/**
 * Whether `value` satisfies the condition; undefined when that cannot be told (no number, or a baseline that is missing or zero where one is
 * needed): neither pass nor breach. `value` is in the condition's unit; for `rising` it is the relative growth per `perMs`; for a state the share
 * that is well, 0..1. Both ends of a band belong to it.
 */
export function holds(condition: Condition, value: number, against?: number): boolean | undefined {
  if (!Number.isFinite(value)) return undefined;
  switch (condition.kind) {
    case 'compare':
    case 'rising':
      return compares(value, condition.is, condition.value);
    case 'band':
      return value >= condition.from && value <= condition.to;
    case 'baseline':
      return against === undefined || !Number.isFinite(against)
        ? undefined
        : compares(value, condition.is, condition.factor * against);
    case 'drop':
      return against === undefined || !Number.isFinite(against) || against <= 0
        ? undefined
        : compares((against - value) / against, condition.is, condition.value);
    case 'state':
      return condition.state === 'failing' ? value < 1 : value >= 1;
    default:
      return assertNever(condition);
  }
}

/** Whether the condition can only be judged against a baseline. */
export function needsBaseline(condition: Condition): boolean {
  return condition.kind === 'baseline' || condition.kind === 'drop';
}

function compares(value: number, is: Comparison, limit: number): boolean {
  if (is === '<') return value < limit;
  if (is === '<=') return value <= limit;
  return is === '>' ? value > limit : value >= limit;
}

// Delivery figures as rows: each with its number, its spread, how many it is from, its target, its 2024 tier, and a small picture of the year.
import { formatDuration } from '../../kit/duration.ts';
import { formatPercent } from '../../kit/percent.ts';
import type { Effective } from '../../policy/effective.ts';
import { type Attained, type Attainment, attains, type Rhythm, targetWords, typesNamed } from '../../policy/target.ts';
import type { DeliveryFigures, Share } from '../../record/delivery.ts';
import type { LeadTime } from '../../record/lead-time.ts';
import type { Spread } from '../../record/spread.ts';
import { type Tier2024, tierOf } from './tier.ts';

export interface Measured {
  readonly figures: DeliveryFigures;
  readonly lead: LeadTime;
}

export interface Figure {
  readonly id: string;
  readonly title: string;
  readonly n: number;
  readonly value: Attained['value'];
  /** Of figures that are times; ms. */
  readonly median?: number;
  readonly p90?: number;
  /** As people read it; `–` without any. */
  readonly words: string;
  readonly target: { readonly target: string; readonly acceptable: string };
  readonly attained: Attainment;
  readonly tier: Tier2024 | undefined;
  /** One value a month, oldest first; undefined where a month tells nothing. */
  readonly months: readonly (number | undefined)[];
}

type Reading = Pick<Figure, 'id' | 'title' | 'n' | 'value' | 'words'> & {
  readonly spread?: Spread;
  readonly of: (figures: DeliveryFigures) => number | undefined;
};

/** Every figure that records can tell, in the order of the report. `byType` gives the same of one type's deployments, for targets by type. */
export function figuresOf(
  policy: Pick<Effective, 'targets'>,
  measured: Measured,
  around: {
    readonly months: readonly DeliveryFigures[];
    readonly byType: (type: string) => Measured;
  },
): readonly Figure[] {
  return readingsOf(measured).flatMap((reading) => {
    const target = policy.targets[reading.id];
    const types = typesNamed(target);
    const whole = figureOf(reading, targetWords(target), around.months);
    const [only] = types;
    if (only === undefined) return [whole];
    const others = types.flatMap((type) => {
      const own = readingsOf(around.byType(type)).find(({ id }) => id === reading.id);
      return own === undefined ? [] : [figureOf(titled(own, type), targetWords(target, type), [])];
    });
    return [{ ...whole, target: { target: '', acceptable: '' }, attained: 'no target' as const }, ...others];
  });
}

/** Targets of the policy that records cannot tell: measured by metrics, or by people. */
export function untold(policy: Pick<Effective, 'targets'>, figures: readonly Figure[]): readonly string[] {
  return Object.keys(policy.targets).filter((id) => !figures.some((one) => one.id === id));
}

function titled(reading: Reading, type: string): Reading {
  return { ...reading, title: `${reading.title}, ${type}` };
}

function figureOf(
  { of, spread, ...reading }: Reading,
  target: Figure['target'],
  months: readonly DeliveryFigures[],
): Figure {
  return {
    ...reading,
    ...(spread?.median === undefined ? {} : { median: spread.median }),
    ...(spread?.p90 === undefined ? {} : { p90: spread.p90 }),
    target,
    attained: attains(target, reading),
    tier: tierOf(reading.id, reading),
    months: months.map(of),
  };
}

function readingsOf({ figures, lead }: Measured): readonly Reading[] {
  const { frequency } = figures;
  return [
    {
      id: 'deployment-frequency',
      title: 'Deployment frequency',
      n: frequency.n,
      value: frequency.rhythm,
      words: `${rhythmWords(frequency.rhythm)}, ${perWeek(frequency.perDay)} a week`,
      of: (month) => month.frequency.n,
    },
    time('lead-time', 'Lead time for changes', lead.spread, () => undefined),
    share('change-failure-rate', 'Change failure rate', figures.changeFailure, (month) => month.changeFailure.share),
    time('recovery-time', 'Recovery time', figures.recovery, (month) => month.recovery.median),
    share('rework-rate', 'Rework rate', figures.rework, (month) => month.rework.share),
    share('rollback-rate', 'Rolled back', figures.rollback, (month) => month.rollback.share),
    share('deployment-success-rate', 'Deployments that succeed', figures.success, (month) => month.success.share),
    time('deployment-duration', 'Duration of a deployment', figures.duration, (month) => month.duration.median),
    time(
      'rollback-duration',
      'Duration of a rollback',
      figures.rollbackDuration,
      (month) => month.rollbackDuration.median,
    ),
    share('recovered-in-5-minutes', 'Well again within 5 min', figures.recoveredInFive, (m) => m.recoveredInFive.share),
    ratio('incidents-per-deployment', 'Deployments with an incident', figures.incidents),
    share('uneventful', 'Uneventful deployments', figures.uneventful, (month) => month.uneventful.share),
  ];
}

function time(id: string, title: string, spread: Spread, of: Reading['of']): Reading {
  const words = spread.median === undefined ? '–' : formatDuration(spread.median);
  return { id, title, n: spread.n, value: spread.median, words, spread, of };
}

function share(id: string, title: string, { n, count, share: value }: Share, of: Reading['of']): Reading {
  const words = value === undefined ? '–' : `${formatPercent(value, 1)}, ${count} of ${n}`;
  return { id, title, n, value, words, of };
}

/** A target of incidents is a bare number a deployment, not a share. */
function ratio(id: string, title: string, { n, count, share: value }: Share): Reading {
  const words = value === undefined ? '–' : `${Number(value.toFixed(2))}, ${count} of ${n}`;
  return { id, title, n, value, words, of: (month) => month.incidents.share };
}

function rhythmWords(rhythm: Rhythm): string {
  return rhythm === 'yearly' ? 'less than monthly' : rhythm;
}

function perWeek(perDay: number): string {
  return String(Number((perDay * 7).toFixed(1)));
}

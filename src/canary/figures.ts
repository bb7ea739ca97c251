// Figures: a verdict's numbers as a person reads them, for the row of a stage and the rows of its limits.
import { formatDuration } from '../kit/duration.ts';
import { formatPercent } from '../kit/percent.ts';
import type { PhrasePart } from '../kit/phrase.ts';
import type { Condition } from '../policy/condition.ts';
import type { EvidenceRow } from '../record/evidence.ts';
import type { Verdict } from './judge.ts';
import type { Figure, LimitReading } from './limit.ts';

/** `error-rate 4.1 % / 0.12 % (canary / stable) · 1 204 / 3 611 requests · rule error-rate-breach`; what is missing is said instead. */
export function figuresOf(verdict: Verdict | undefined): string {
  if (verdict === undefined) return 'not judged';
  const { readings, rule, because, kind } = verdict;
  const told = distinct(readings, rule).map((reading) => `${reading.limit.metric} ${bothArms(reading)}`);
  const requests = distinct(readings, rule).find(({ canary }) => canary?.counts !== undefined);
  const counts = requests === undefined ? [] : [`${requestsOf(requests)} requests`];
  const ruled = kind === 'promote' || rule === '' ? [] : [`rule ${rule}`];
  const lacking = told.length === 0 && because !== '' ? [because] : [];
  return [...told, ...counts, ...lacking, ...ruled].join(' · ') || 'health alone';
}

/** The breach that decided, as a sentence's beginning; undefined when no limit's figures did. */
export function breachPhrase({ readings, rule }: Verdict, weight: number): readonly PhrasePart[] | undefined {
  const reading = readings.find(({ limit, state }) => limit.id === rule && state === 'breached');
  if (reading?.canary === undefined) return undefined;
  const { limit, canary, stable } = reading;
  const against: readonly PhrasePart[] =
    stable === undefined ? [] : [', stable ', { strong: shown(stable, limit.condition) }, ' (same minutes)'];
  const many = canary.counts === undefined ? '' : ` of ${grouped(canary.counts.total)} requests`;
  return [
    `The canary at ${weight} % had ${limit.metric} `,
    { strong: shown(canary, limit.condition) },
    many,
    ...against,
    `; the policy turns back at ${limit.condition.text}.`,
  ];
}

/** One row a limit: what it says of the new version, with numbers, and what would make an unknown one known. */
export function limitRow(reading: LimitReading): EvidenceRow {
  const { limit, state, because } = reading;
  const words = limit.kind === 'continue' ? limit.condition.text : `not ${limit.condition.text}`;
  const lasting = limit.forMs > 0 ? ` for ${formatDuration(limit.forMs)}` : '';
  const then = limit.kind === 'breach' ? ` (${limit.severity}, ${limit.action})` : '';
  return {
    id: limit.id,
    outcome: outcomes[state],
    title: `${limit.metric} ${words}${lasting}${then}`,
    who: '',
    todo: reading.needed > 0 ? `${reading.needed} more requests are needed` : because,
    evidence: reading.canary === undefined ? because : `${bothArms(reading)} (canary / stable)`,
    required: state !== 'not-measured',
  };
}

const outcomes: Readonly<Record<LimitReading['state'], EvidenceRow['outcome']>> = {
  holds: 'pass',
  clear: 'pass',
  broken: 'fail',
  breached: 'fail',
  'too-few': 'unknown',
  'no-data': 'unknown',
  error: 'unknown',
  'not-measured': 'not-applicable',
};

function bothArms({ limit, canary, stable }: LimitReading): string {
  return [canary, stable].map((figure) => shown(figure, limit.condition)).join(' / ');
}

function shown(figure: Figure | undefined, condition: Condition): string {
  if (figure === undefined) return '–';
  if (condition.kind === 'state') return figure.value >= 1 ? 'passing' : 'failing';
  const unit = 'unit' in condition ? condition.unit : undefined;
  if (figure.counts !== undefined || unit === 'ratio') return formatPercent(figure.value);
  return unit === 'ms' ? formatDuration(figure.value) : String(Number(figure.value.toPrecision(4)));
}

function requestsOf({ canary, stable }: LimitReading): string {
  return [canary, stable].map((figure) => grouped(figure?.counts?.total ?? 0)).join(' / ');
}

/** `1 204`, as REPORT writes large counts. */
function grouped(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** One reading a metric that has figures: the one that decided comes first, then the bad ones. */
function distinct(readings: readonly LimitReading[], rule: string): readonly LimitReading[] {
  const rank = ({ limit, state }: LimitReading) =>
    limit.id === rule ? 0 : state === 'breached' || state === 'broken' ? 1 : 2;
  const ranked = readings.filter(({ canary }) => canary !== undefined).sort((a, b) => rank(a) - rank(b));
  return ranked.filter(({ limit }, place) => ranked.findIndex((one) => one.limit.metric === limit.metric) === place);
}

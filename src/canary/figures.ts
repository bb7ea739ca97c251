// Figures: a verdict's numbers as a person reads them, for the row of a stage and the rows of its limits and comparisons.
import { formatDuration } from '../kit/duration.ts';
import { formatPercent, formatPoints } from '../kit/percent.ts';
import type { PhrasePart } from '../kit/phrase.ts';
import type { Condition } from '../policy/condition.ts';
import type { EvidenceRow } from '../record/evidence.ts';
import type { Comparison, MetricComparison } from './comparison.ts';
import { spokenOdds } from './comparison-phrase.ts';
import type { Counts } from './interval.ts';
import type { Verdict } from './judge.ts';
import type { Figure, LimitReading } from './limit.ts';
import { type Observed, observedShare, sharePhrase } from './observed.ts';

/** `error-rate 4.1 % / 0.12 % (canary / stable) · 1 204 / 3 611 requests, share 25.1 % (set 25 %) · rule error-rate-breach`; what is missing is
 * said instead. */
export function figuresOf(verdict: Verdict | undefined, observed?: Observed): string {
  if (verdict === undefined) return 'not judged';
  const { readings, rule, because, kind, comparison } = verdict;
  const ranked = distinct(readings, rule);
  const [decided] = ranked.filter(({ limit, state }) => limit.id === rule && state === 'breached');
  const compared = (comparison?.metrics ?? []).filter(({ metric }) => metric !== decided?.limit.metric);
  const others = ranked.filter(({ limit }) => compared.every(({ metric }) => metric !== limit.metric));
  const limits = others.map((reading) => `${reading.limit.metric} ${bothArms(reading)}`);
  const compares = compared.filter(({ canary }) => canary.total > 0).map(comparedFigures);
  const told = decided === undefined ? [...compares, ...limits] : [...limits, ...compares];
  const requests = requestsIn(compared[0], others);
  const share = observed === undefined ? '' : `, ${sharePhrase(observed)}`;
  const counts = requests === '' ? [] : [`${requests} requests${share}`];
  const ruled = kind === 'promote' || rule === '' ? [] : [`rule ${rule}`];
  const lacking = told.length === 0 && because !== '' ? [because] : [];
  return [...told, ...counts, ...lacking, ...ruled].join(' · ') || 'health alone';
}

/** The figures of a stage with the share of the requests that it really had. */
export function trialFigures(
  verdict: Verdict | undefined,
  trial: Parameters<typeof observedShare>[0] | undefined,
): string {
  return figuresOf(verdict, trial === undefined ? undefined : observedShare(trial));
}

/** `error-rate 0.11 % / 0.12 %, at most +0.4 pp (margin 1 pp)`; of a worse one its evidence instead of the bound. */
function comparedFigures({ metric, kind, canary, stable, interval, margin, odds }: MetricComparison): string {
  const both = `${metric} ${rate(canary)} / ${rate(stable)}`;
  if (kind === 'worse' || kind === 'suspicious') return `${both}, evidence ${spokenOdds(odds)}`;
  return `${both}, at most ${formatPoints(interval.upper)} (margin ${formatPoints(margin).replace('+', '')})`;
}

function requestsIn(compared: MetricComparison | undefined, readings: readonly LimitReading[]): string {
  if (compared !== undefined && compared.canary.total > 0) {
    return `${grouped(compared.canary.total)} / ${grouped(compared.stable.total)}`;
  }
  const counted = readings.find(({ canary }) => canary?.counts !== undefined);
  return counted === undefined ? '' : requestsOf(counted);
}

function rate({ bad, total }: Counts): string {
  return total <= 0 ? '–' : formatPercent(bad / total);
}

/** What the comparison decided, as a sentence's beginning; undefined when it was not what decided. */
export function worsePhrase({ comparison, reason }: Verdict, weight: number): readonly PhrasePart[] | undefined {
  const worse = comparison?.metrics.find(({ kind }) => kind === 'worse');
  if (worse === undefined || reason !== 'worse-than-baseline') return undefined;
  const { metric, canary, stable, odds } = worse;
  return [
    `The canary at ${weight} % had ${metric} `,
    { strong: rate(canary) },
    ` of ${grouped(canary.total)} requests, stable `,
    { strong: rate(stable) },
    ` (same minutes): evidence ${spokenOdds(odds)} that it is worse.`,
  ];
}

/** One row a compared metric. */
export function comparisonRow(compared: MetricComparison, earlierMs?: number): EvidenceRow {
  const { metric, kind, canary, stable, margin, because, needed } = compared;
  const outcome = { 'no-worse': 'pass', worse: 'fail', suspicious: 'waiting', undecided: 'unknown' } as const;
  const requests = `${grouped(canary.total)} / ${grouped(stable.total)} requests`;
  return {
    id: `compare.${metric}`,
    outcome: outcome[kind],
    title: `${metric} no worse than ${stableWords(earlierMs)} by ${formatPoints(margin).replace('+', '')}`,
    who: '',
    todo:
      kind === 'undecided' && Number.isFinite(needed) && needed > 0
        ? `${grouped(needed)} more requests are needed`
        : '',
    evidence: `${rate(canary)} / ${rate(stable)} (canary / ${stableWords(earlierMs)}), ${requests}: ${because}`,
    required: true,
  };
}

/** What the new version is compared with: `stable`, or `the service 7 d earlier`. */
export function stableWords(earlierMs: number | undefined): string {
  return earlierMs === undefined ? 'stable' : `the service ${formatDuration(earlierMs)} earlier`;
}

/** The breach that decided, as a sentence's beginning; undefined when no limit's figures did. */
export function breachPhrase(
  { readings, rule, comparison }: Verdict,
  weight: number,
): readonly PhrasePart[] | undefined {
  const reading = readings.find(({ limit, state }) => limit.id === rule && state === 'breached');
  if (reading?.canary === undefined) return undefined;
  const { limit, canary, stable } = reading;
  const against: readonly PhrasePart[] =
    stable === undefined
      ? []
      : comparison?.earlierMs === undefined
        ? [', stable ', { strong: shown(stable, limit.condition) }, ' (same minutes)']
        : [`, ${stableWords(comparison.earlierMs)} `, { strong: shown(stable, limit.condition) }];
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
  return {
    id: limit.id,
    outcome: outcomes[state],
    title: `${limit.metric} ${limitPhrase(limit)}`,
    who: '',
    todo: todoOf(reading),
    evidence: reading.canary === undefined ? because : bothArms(reading, ' (canary / stable)'),
    required: state !== 'not-measured',
  };
}

function todoOf({ state, needed, remedy }: LimitReading): string {
  if (needed > 0) return `${grouped(needed)} more requests are needed`;
  if (state === 'no-data') return 'see below what its query brought, and whether requests reach the new version';
  return state === 'error' ? remedy : '';
}

/** `not > 2 % for 30 s (P1, rollback)`, or `< 1 %` of what must hold. */
export function limitPhrase({ kind, condition, forMs, severity, action }: LimitReading['limit']): string {
  const lasting = forMs > 0 ? ` for ${formatDuration(forMs)}` : '';
  return kind === 'continue'
    ? `${condition.text}${lasting}`
    : `not ${condition.text}${lasting} (${severity}, ${action})`;
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

/** Both versions, with `names` behind them; where only one was asked, that one. */
function bothArms({ limit, canary, stable }: LimitReading, names = ''): string {
  if (stable === undefined && canary?.counts === undefined) return shown(canary, limit.condition);
  return `${[canary, stable].map((figure) => shown(figure, limit.condition)).join(' / ')}${names}`;
}

function shown(figure: Figure | undefined, condition: Condition): string {
  if (figure === undefined || figure.counts?.total === 0) return '–';
  const { value, said } = figure;
  if (condition.kind === 'state') return said ?? (value >= 1 ? 'passing' : 'failing');
  const named = said === undefined ? '' : ` (${said})`;
  return `${figure.counts === undefined ? shownValue(value, condition) : formatPercent(value)}${named}`;
}

/** A value in the unit of the limit that is on it; a plain number where there is none. */
export function shownValue(value: number, condition: Condition | undefined): string {
  const unit = condition !== undefined && 'unit' in condition ? condition.unit : undefined;
  if (unit === 'ratio' || condition?.kind === 'state') return formatPercent(value);
  return unit === 'ms' ? formatDuration(value) : String(Number(value.toPrecision(4)));
}

function requestsOf({ canary, stable }: LimitReading): string {
  return [canary, stable].map((figure) => grouped(figure?.counts?.total ?? 0)).join(' / ');
}

/** `1 204`, as REPORT writes large counts. */
export function grouped(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** One reading a metric that has figures: the one that decided comes first, then the bad ones. */
function distinct(readings: readonly LimitReading[], rule: string): readonly LimitReading[] {
  const rank = ({ limit, state }: LimitReading) =>
    limit.id === rule ? 0 : state === 'breached' || state === 'broken' ? 1 : 2;
  const ranked = readings.filter(({ canary }) => canary !== undefined).sort((a, b) => rank(a) - rank(b));
  return ranked.filter(({ limit }, place) => ranked.findIndex((one) => one.limit.metric === limit.metric) === place);
}

/** The evidence as a plain number, for `if:`; a number of 300 digits helps nobody. */
export function oddsOf(comparison: Comparison | undefined): string {
  if (comparison === undefined) return '';
  return String(Number(Math.min(1e12, comparison.odds).toPrecision(2)));
}

/** Whole requests; empty where nothing was judged, or where more of them would not decide it. */
export function neededOf(judged: Verdict | undefined): string {
  return judged === undefined || !Number.isFinite(judged.needed) ? '' : String(judged.needed);
}

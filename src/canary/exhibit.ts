// Exhibits: what a report shows of a baked stage, a section a metric: a picture of both versions with its numbers, what decided, the exact queries.
import { formatDuration } from '../kit/duration.ts';
import { formatPercent, formatPoints } from '../kit/percent.ts';
import type { Phrase } from '../kit/phrase.ts';
import type { Evidence } from '../record/evidence.ts';
import type { MetricComparison } from './comparison.ts';
import { spokenOdds } from './comparison-phrase.ts';
import { grouped, limitPhrase, shownValue, stableWords } from './figures.ts';
import type { LimitReading } from './limit.ts';
import { untilLook } from './look.ts';
import { observedShare } from './observed.ts';
import { cellOf, columnsOf, type Line, pictureOf, silencesOf } from './picture.ts';
import type { PollLog } from './sample.ts';
import type { Trial } from './trial.ts';

export type Exhibit = Evidence['details'][number];
type Baked = Pick<Trial, 'setting' | 'log' | 'verdict'>;

/** Sections of one stage: the compared metrics first, then those of the limits, then what is only shown. `queries`: the texts as asked, by metric. */
export function exhibitsOf(baked: Baked, queries: (metric: string) => readonly string[]): readonly Exhibit[] {
  const { setting, log, verdict } = baked;
  const { stage } = setting;
  const polls = log.filter((poll) => poll.stage === stage.id);
  const columns = columnsOf(polls);
  const than = stableWords(verdict?.comparison?.earlierMs);
  return metricsOf(baked).map((metric) => {
    const readings = (verdict?.readings ?? []).filter(({ limit }) => limit.metric === metric);
    const texts = queries(metric);
    const arms = armsIn(columns, metric, { than, asked: texts.length > 0 });
    const show = (value: number) => shownValue(value, readings[0]?.limit.condition);
    const rows = columns.map((part) => [untilOf(part), ...arms.map(({ arm }) => cellOf(part, metric, arm, show))]);
    const moves = rows.some((row) => row.slice(1).join() !== rows[0]?.slice(1).join());
    const names = arms.flatMap(({ name }) => (name === '' ? [] : [name]));
    const heading = [metric, names.join(' and '), `${stage.id} ${stage.weight} %`];
    return {
      heading: heading.filter((part) => part !== '').join(', '),
      lines: [
        ...pictureOf(columns, metric, arms, show),
        ...decided(baked, metric, readings),
        ...readings.map(limitLine),
        ...silencesOf(polls, metric, arms),
        ...queryLines(texts),
      ],
      table: moves ? [['Until (UTC)', ...arms.map(({ name }) => upper(name || 'value'))], ...rows] : [],
    };
  });
}

/** The versions that the metric was asked of. A query that names neither is of the service as a whole and has no version's name. */
function armsIn(
  columns: readonly PollLog[],
  metric: string,
  { than, asked }: { readonly than: string; readonly asked: boolean },
): readonly Line[] {
  const both = columns.some((part) => part.some(({ samples }) => samples[metric]?.stable !== undefined));
  if (!both) return [{ arm: 'canary', name: asked ? '' : 'canary' }];
  return [
    { arm: 'canary', name: 'canary' },
    { arm: 'stable', name: than },
  ];
}

/** The instant of a part's end; what the stage only warmed up with is marked. */
function untilOf(part: PollLog): string {
  const last = part.at(-1);
  return `${new Date(last?.at ?? 0).toISOString().slice(11, 19)}${last?.warm === false ? ' (warm-up)' : ''}`;
}

function decided(baked: Baked, metric: string, readings: readonly LimitReading[]): readonly Phrase[] {
  const compared = baked.verdict?.comparison?.metrics.find((one) => one.metric === metric);
  if (compared !== undefined) return told(compared, baked);
  return [
    readings.length === 0 ? 'only shown: no limit and no comparison is on it' : 'not compared: its limits decide',
  ];
}

/** Every metric that this stage was polled for, in the order of what may decide. */
function metricsOf({ setting, log, verdict }: Baked): readonly string[] {
  const polled = log.filter((poll) => poll.stage === setting.stage.id).flatMap(({ samples }) => Object.keys(samples));
  const ranked = [
    ...(verdict?.comparison?.metrics ?? []).map(({ metric }) => metric),
    ...(verdict?.readings ?? []).map(({ limit }) => limit.metric),
    ...polled,
  ];
  const known = new Set(polled);
  const asked = new Set(ranked.slice(0, ranked.length - polled.length));
  // Health is looked at whether a limit asks it or not: without one it decides nothing.
  return [...new Set(ranked)].filter((metric) => known.has(metric) && (metric !== 'health' || asked.has(metric)));
}

/** What a limit of the metric says at the end of the stage. */
function limitLine(reading: LimitReading): string {
  const { state, because, limit } = reading;
  return `limit ${limit.id}, ${limitPhrase(limit)}: ${states[state] ?? `not told, ${because}`}`;
}

const states: Readonly<Partial<Record<LimitReading['state'], string>>> = {
  holds: 'holds',
  broken: 'does not hold',
  breached: 'breached',
  clear: 'not breached',
};

function queryLines(texts: readonly string[]): readonly Phrase[] {
  if (texts.length === 0) return ['asked without a query: this action finds it by itself'];
  return texts.map((text): Phrase => ['query ', { code: text }]);
}

function upper(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

/** The state of a comparison in words and numbers. */
function told(compared: MetricComparison, baked: Baked): readonly Phrase[] {
  const { canary, stable, difference, interval, late, margin, odds, wanted, phi, detectable, kind, because } = compared;
  const points = (value: number) => formatPoints(value);
  const scatter = phi > 1 ? `; failures scatter ${Number(phi.toFixed(1))} times as much as independent ones` : '';
  const share = ({ bad, total }: typeof canary) =>
    total <= 0 ? 'no request' : `${formatPercent(bad / total)} (${grouped(bad)} of ${grouped(total)})`;
  // The bound of the last third is one of a look; before the first there is none.
  const third = late < 1 ? `, in the last third at most ${points(late)}` : '';
  return [
    `${spoken[kind]}: ${because}`,
    `canary ${share(canary)}, stable ${share(stable)}; difference ${points(difference)}, ${points(interval.lower)} to ${points(interval.upper)}${third}; margin ${points(margin).replace('+', '')}${scatter}`,
    `evidence that it is worse: ${spokenOdds(odds)}; ${spokenOdds(wanted)} turns it back${kind === 'worse' && odds < wanted ? ', and so do too many failures for chance at an early look' : ''}`,
    ...(detectable === undefined
      ? []
      : [`this traffic shows a difference of ${points(detectable)} four times of five`]),
    ...needs(compared, baked),
    ...shareLine(baked),
  ];
}

const spoken = {
  'no-worse': 'no worse',
  worse: 'worse',
  suspicious: 'suspicious',
  undecided: 'undecided',
} as const;

/** What the router really gave, beside what it was told. */
function shareLine(baked: Baked): readonly string[] {
  const observed = observedShare(baked);
  if (observed === undefined) return [];
  const { share, interval, weight, canary, stable } = observed;
  const span = `${formatPercent(interval.lower, 1)} to ${formatPercent(interval.upper, 1)}`;
  const told = weight.from === weight.to ? `${weight.to} %` : `${weight.from} to ${weight.to} %`;
  return [
    `of ${grouped(canary + stable)} requests the canary got ${formatPercent(share, 1)} (${span}), its weight is ${told}`,
  ];
}

function needs({ needed, neededMs }: MetricComparison, { setting, verdict }: Baked): readonly string[] {
  if (needed === 0) return [];
  if (!Number.isFinite(needed)) return ['more of the same requests would not decide it'];
  const left = untilLook(setting.stage, (verdict?.at ?? 0) - setting.shiftedAt);
  const next = left > 0 ? `; the next look is in ${formatDuration(left)}` : '';
  const takes = Number.isFinite(neededMs) ? `, ${formatDuration(neededMs)} at this traffic` : '';
  return [`${grouped(needed)} more requests of the new version are needed${takes}${next}`];
}

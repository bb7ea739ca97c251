// The picture of a metric over a stage: one bar a column on one scale for both versions, the same numbers as table cells, and where numbers are missing.
import { formatPercent } from '../kit/percent.ts';
import type { Phrase } from '../kit/phrase.ts';
import { grouped } from './figures.ts';
import { type Arm, type PollLog, pooled, sampleOf, values } from './sample.ts';

/** Columns of the picture and rows of its table: as many as a phone shows. */
const most = 12;
const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const gap = '·';

/** The polls in equal parts, oldest first. */
export function columnsOf(polls: PollLog): readonly PollLog[] {
  const size = Math.max(1, Math.ceil(polls.length / most));
  return Array.from({ length: Math.ceil(polls.length / size) }, (_, place) =>
    polls.slice(place * size, (place + 1) * size),
  );
}

/** A version as the picture calls it; empty: of the service as a whole. */
export interface Line {
  readonly arm: Arm;
  readonly name: string;
}

/** One line a version. All lines have one scale from 0, so that equal heights are equal numbers; a dot is a part without a number. */
export function pictureOf(
  columns: readonly PollLog[],
  metric: string,
  arms: readonly Line[],
  show: (value: number) => string,
): readonly Phrase[] {
  const lines = arms.map(({ arm, name }) => ({ name, heights: columns.map((part) => heightOf(part, metric, arm)) }));
  const top = Math.max(0, ...lines.flatMap(({ heights }) => heights.map((one) => one?.value ?? 0)));
  return lines.map(({ name, heights }): Phrase => {
    const known = heights.flatMap((one) => (one === undefined ? [] : [one]));
    const line = heights.map((one) => (one === undefined ? gap : barOf(one.value, top))).join('');
    const say = (value: number) => (known[0]?.isRate === true ? formatPercent(value) : show(value));
    const numbers = known.map(({ value }) => value);
    const [least, greatest] = [say(Math.min(...numbers)), say(Math.max(...numbers))];
    const span = known.length === 0 ? 'no number' : least === greatest ? `always ${least}` : `${least} to ${greatest}`;
    return [{ code: line }, ` ${name === '' ? '' : `${name}, `}${span}`];
  });
}

/** A part's rate with its counts, or its newest value; of a part without either, why. */
export function cellOf(part: PollLog, metric: string, arm: Arm, show: (value: number) => string): string {
  const counts = pooled(part, metric, arm);
  if (counts !== undefined && counts.total > 0) {
    const rate = formatPercent(rateOf(counts));
    return `${rate} (${grouped(counts.good ? counts.total - counts.bad : counts.bad)} of ${grouped(counts.total)})`;
  }
  if (counts !== undefined) return 'no request';
  const last = part.at(-1);
  const newest = values(part, metric, arm).at(-1);
  if (newest !== undefined) return show(newest.value);
  const sample = last === undefined ? undefined : sampleOf(last, metric, arm);
  return { error: 'error', 'no-data': 'no data', counts: '–', value: '–' }[sample?.kind ?? 'value'];
}

/** Polls that brought no number, each version with the words of the last of them. */
export function silencesOf(polls: PollLog, metric: string, arms: readonly Line[]): readonly string[] {
  return arms.flatMap(({ arm, name }) => {
    const silent = polls.flatMap(({ at, samples }) => {
      const sample = samples[metric]?.[arm];
      return sample?.kind === 'error' || sample?.kind === 'no-data' ? [{ at, because: sample.because }] : [];
    });
    const last = silent.at(-1);
    if (last === undefined) return [];
    const time = new Date(last.at).toISOString().slice(11, 19);
    return [
      `${silent.length} of ${polls.length} polls had no number${name === '' ? '' : ` of ${name}`}, the last at ${time}: ${last.because}`,
    ];
  });
}

function heightOf(part: PollLog, metric: string, arm: Arm) {
  const counts = pooled(part, metric, arm);
  if (counts !== undefined) return counts.total > 0 ? { value: rateOf(counts), isRate: true } : undefined;
  const newest = values(part, metric, arm).at(-1);
  return newest === undefined ? undefined : { value: newest.value, isRate: false };
}

/** The rate that the metric names. */
function rateOf({
  bad,
  total,
  good,
}: {
  readonly bad: number;
  readonly total: number;
  readonly good: boolean;
}): number {
  return good ? 1 - bad / total : bad / total;
}

function barOf(value: number, top: number): string {
  const step = top <= 0 ? 0 : Math.round((Math.max(0, value) / top) * (bars.length - 1));
  return bars[step] ?? bars[0];
}

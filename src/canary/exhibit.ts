// Exhibits: what a report shows of a baked stage, a section a metric: a picture of both versions with its numbers, what decided, the exact queries.
import { formatDuration } from '../kit/duration.ts';
import { formatPercent, formatPoints } from '../kit/percent.ts';
import type { Phrase } from '../kit/phrase.ts';
import type { Evidence } from '../record/evidence.ts';
import { spokenOdds } from './comparer.ts';
import type { MetricComparison } from './comparison.ts';
import { grouped, stableWords } from './figures.ts';
import type { Counts } from './interval.ts';
import { untilLook } from './look.ts';
import { type Arm, type PollLog, pooled } from './sample.ts';
import type { Trial } from './trial.ts';

export type Exhibit = Evidence['details'][number];

/** Columns of the picture and rows of its table: as many as a phone shows. */
const columns = 12;
const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** Sections of one stage, in the order of the policy. `queries`: the texts as asked, by metric. */
export function exhibitsOf(
  { setting, log, verdict }: Pick<Trial, 'setting' | 'log' | 'verdict'>,
  queries: (metric: string) => readonly string[],
): readonly Exhibit[] {
  const { stage } = setting;
  const polls = log.filter((poll) => poll.stage === stage.id);
  return (verdict?.comparison?.metrics ?? []).map((compared) => {
    const { metric } = compared;
    const parts = partsOf(polls);
    const than = stableWords(verdict?.comparison?.earlierMs);
    const rows = parts.map((part) => [timeOf(part), cell(part, metric, 'canary'), cell(part, metric, 'stable')]);
    return {
      heading: `${metric}, canary and ${than}, ${stage.id} ${stage.weight} %`,
      lines: [
        ...pictures(parts, metric),
        ...told(compared, { setting, verdict }),
        ...queries(metric).map((text): Phrase => ['query ', { code: text }]),
      ],
      table: [['Until (UTC)', 'Canary', 'Stable'], ...rows],
    };
  });
}

/** The state in words and numbers. */
function told(compared: MetricComparison, { setting, verdict }: Pick<Trial, 'setting' | 'verdict'>): readonly Phrase[] {
  const { canary, stable, difference, interval, late, margin, odds, wanted, phi, detectable, kind, because } = compared;
  const points = (value: number) => formatPoints(value);
  const scatter = phi > 1 ? `; failures scatter ${Number(phi.toFixed(1))} times as much as independent ones` : '';
  return [
    `${kind}: ${because}`,
    `canary ${share(canary)}, stable ${share(stable)}; difference ${points(difference)}, ${points(interval.lower)} to ${points(interval.upper)}, in the last third at most ${points(late)}; margin ${points(margin).replace('+', '')}${scatter}`,
    `evidence that it is worse: ${spokenOdds(odds)}; ${spokenOdds(wanted)} turns it back`,
    ...(detectable === undefined
      ? []
      : [`this traffic shows a difference of ${points(detectable)} four times of five`]),
    ...needs(compared, { setting, verdict }),
  ];
}

function needs(
  { needed, neededMs }: MetricComparison,
  { setting, verdict }: Pick<Trial, 'setting' | 'verdict'>,
): readonly string[] {
  if (needed === 0) return [];
  if (!Number.isFinite(needed)) return ['more of the same requests would not decide it'];
  const left = untilLook(setting.stage, (verdict?.at ?? 0) - setting.shiftedAt);
  const next = left > 0 ? `; the next look is in ${formatDuration(left)}` : '';
  const takes = Number.isFinite(neededMs) ? `, ${formatDuration(neededMs)} at this traffic` : '';
  return [`${grouped(needed)} more requests of the new version are needed${takes}${next}`];
}

/** Both versions on one scale, so that equal heights are equal rates. */
function pictures(parts: readonly PollLog[], metric: string): readonly Phrase[] {
  const rates = (arm: Arm) => parts.map((part) => rateOf(pooled(part, metric, arm)));
  const arms = (['canary', 'stable'] as const).map((arm) => ({ arm, rates: rates(arm) }));
  const top = Math.max(...arms.flatMap((one) => one.rates.map((rate) => rate ?? 0)));
  return arms.map(({ arm, rates: each }): Phrase => {
    const known = each.filter((rate) => rate !== undefined);
    const line = each.map((rate) => (rate === undefined ? '·' : height(rate, top))).join('');
    const span =
      known.length === 0
        ? 'nothing counted'
        : `${formatPercent(Math.min(...known))} to ${formatPercent(Math.max(...known))}`;
    return [{ code: line }, ` ${arm}, ${span}`];
  });
}

function height(rate: number, top: number): string {
  const step = top === 0 ? 0 : Math.round((rate / top) * (blocks.length - 1));
  return blocks[step] ?? blocks[0];
}

function partsOf(polls: PollLog): readonly PollLog[] {
  const size = Math.max(1, Math.ceil(polls.length / columns));
  return Array.from({ length: Math.ceil(polls.length / size) }, (_, place) =>
    polls.slice(place * size, (place + 1) * size),
  );
}

function timeOf(part: PollLog): string {
  return new Date(part.at(-1)?.at ?? 0).toISOString().slice(11, 19);
}

function cell(part: PollLog, metric: string, arm: Arm): string {
  const counts = pooled(part, metric, arm);
  return counts === undefined ? '–' : share(counts);
}

function share(counts: Counts): string {
  const rate = rateOf(counts);
  if (rate === undefined) return 'no request';
  return `${formatPercent(rate)} (${grouped(counts.bad)} of ${grouped(counts.total)})`;
}

function rateOf(counts: Counts | undefined): number | undefined {
  return counts === undefined || counts.total <= 0 ? undefined : counts.bad / counts.total;
}

// The figures of probes as people read them: how many samples, by what method, and what was thrown away before.
import { formatDuration } from '../kit/duration.ts';
import { type FigureName, fewest } from './percentile.ts';
import type { CheckResult, Figures } from './result.ts';

const percentiles = ['p50', 'p90', 'p95', 'p99'] as const;

/** How percentiles are found, said wherever they are shown. */
export const method = 'nearest rank';

/** One row for each check that has figures, below its head; – stands where the samples are too few. */
export function figureTable(checks: readonly Pick<CheckResult, 'id' | 'figures'>[]): readonly (readonly string[])[] {
  const head = ['Probe', 'n', 'Average', ...percentiles, 'Longest', 'Failed', 'Warm-up'];
  const rows = checks.flatMap(({ id, figures }) => {
    if (figures === undefined) return [];
    const { latency, errors, warmup } = figures;
    const cells = [latency.avg, ...percentiles.map((name) => known(figures, name)), latency.max].map((ms) =>
      ms === undefined ? '–' : formatDuration(ms),
    );
    return [[id, String(latency.n), ...cells, String(errors), warmup.length === 0 ? 'none' : warmupText(warmup)]];
  });
  return [head, ...rows];
}

/** The same on one line. */
export function figureLine(figures: Figures): string {
  const { latency, errors, warmup } = figures;
  const found = percentiles.flatMap((name) => {
    const ms = known(figures, name);
    return ms === undefined ? [] : [`${name} ${formatDuration(ms)}`];
  });
  const parts = [
    `average ${formatDuration(latency.avg)}`,
    ...found,
    `longest ${formatDuration(latency.max)} (${method})`,
  ];
  const before = warmup.length === 0 ? '' : `; warm-up, not counted: ${warmupText(warmup)}`;
  return `n = ${latency.n}, ${parts.join(', ')}, ${errors} failed${before}`;
}

function known({ latency }: Figures, name: FigureName): number | undefined {
  return latency.n < fewest[name] ? undefined : latency[name];
}

const mostShown = 3;

function warmupText(warmup: Figures['warmup']): string {
  const shown = warmup.slice(0, mostShown).map((ms) => (ms === undefined ? 'no answer' : formatDuration(ms)));
  return `${shown.join(', ')}${warmup.length > mostShown ? ` and ${warmup.length - mostShown} more` : ''}`;
}

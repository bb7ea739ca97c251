// Latencies of a run as the record keeps them, and what became slower since the last one that passed. They are shown and never decide.
import { formatDuration } from '../kit/duration.ts';
import type { Evidence } from '../record/evidence.ts';
import type { SuiteResult } from './result.ts';

/** Key of the evidence's figures. */
const key = 'latencies-ms';
/** The record has 60,000 characters for everything. */
const mostKept = 300;

/** `home 23`: the probe's median, else the one exchange (ms), of checks that passed. */
export function latenciesIn({ checks }: SuiteResult): Evidence['found'] {
  const kept = checks.flatMap(({ id, outcome, figures, latencyMs, kind }) => {
    const ms = figures?.latency.p50 ?? (kind === 'http' ? latencyMs : undefined);
    return outcome === 'pass' && ms !== undefined ? [`${id} ${Math.round(ms)}`] : [];
  });
  return kept.length === 0 ? {} : { [key]: kept.slice(0, mostKept) };
}

export interface Change {
  readonly id: string;
  /** Milliseconds. */
  readonly before: number;
  readonly now: number;
}

/** What became slower since the last run that passed. */
export interface Comparison {
  readonly version: string;
  readonly changes: readonly Change[];
  /** The suite is not the one of that run. */
  readonly otherSuite: boolean;
}

/** The comparison as the report shows it; nothing where there is none. */
export function againstLast(comparison: Comparison | undefined): Evidence['details'][number] {
  const { version = 'the last run that passed', changes = [], otherSuite = false } = comparison ?? {};
  return {
    heading: `${changes.length === 0 ? 'Latencies against' : 'Slower than with'} ${version}`,
    lines: [
      ...(comparison !== undefined && changes.length === 0 ? ['No check took twice as long as then.'] : []),
      ...(otherSuite ? ['The suite has changed since: a check of the same id may ask something else.'] : []),
    ],
    table: [
      ['Check', 'Then', 'Now'],
      ...changes.map(({ id, before, now }) => [id, formatDuration(before), formatDuration(now)]),
    ],
  };
}

// Single answers of a parallel run scatter: less than this says nothing (ours).
const factor = 2;
const leastMs = 50;

/** Checks that took at least twice as long as then, and 50 ms longer; the worst first. */
export function slowerThan(last: Evidence, now: SuiteResult): readonly Change[] {
  const old = readLatencies(last.found);
  return [...readLatencies(latenciesIn(now))]
    .flatMap(([id, ms]) => {
      const was = old.get(id);
      return was !== undefined && ms >= factor * was && ms - was >= leastMs ? [{ id, before: was, now: ms }] : [];
    })
    .sort((a, b) => b.now / Math.max(1, b.before) - a.now / Math.max(1, a.before))
    .slice(0, 10);
}

/** Whether the evidence has latencies to compare with. */
export function hasLatencies({ found }: Evidence): boolean {
  return readLatencies(found).size > 0;
}

function readLatencies(found: Evidence['found']): ReadonlyMap<string, number> {
  const list = found[key];
  const texts = typeof list === 'object' ? list : [];
  return new Map(
    texts.flatMap((text): readonly [string, number][] => {
      const match = /^(\S+) (\d{1,9})$/.exec(text);
      return match === null ? [] : [[match[1] ?? '', Number(match[2])]];
    }),
  );
}

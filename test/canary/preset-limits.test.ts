// The presets under the judge: what each limit does below, at and above its number, and when each stage of each plan goes on.
import { describe, expect, test } from '@jest/globals';
import { judge, type Verdict } from '../../src/canary/judge.ts';
import type { Sample } from '../../src/canary/sample.ts';
import { limitsOf } from '../../src/canary/watch.ts';
import { type Effective, effective } from '../../src/policy/effective.ts';
import type { Stage } from '../../src/policy/parts.ts';
import { readPolicy } from '../../src/policy/policy.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import { aStage, start } from './example.ts';

const names = ['strict-blue-green', 'rolling-baseline', 'standard-sop', 'production-checklist', 'risk-tiered'] as const;
type Name = (typeof names)[number];
const presets = Object.fromEntries(names.map((name) => [name, loaded(name)]));
const second = 1000;
const bands = ['settle', 'intensive', 'active', 'background'];

function loaded(name: Name): Effective {
  const read = readPolicy(`version: 1\ntimezone: UTC\nextends: ${name}@1\n`, vocabulary, { path: 'p.yml' });
  const seen = read.kind === 'policy' ? effective(read.policy, { environment: 'production' }) : undefined;
  if (seen?.kind !== 'effective') throw new Error(name);
  return seen.effective;
}

/** Shares of requests, counted: so many that chance decides nothing. Those named here count what went well. */
const shares = ['error-rate', 'payment-success', 'ai-success', 'success-rate'];
const good = shares.slice(1);
/** What a service that is well says where 0 would not be. */
const well: Readonly<Record<string, number>> = {
  ...{ 'payment-success': 1, 'ai-success': 1, 'success-rate': 1, health: 1, 'pods-ready': 1, 'disk-free': 0.5 },
  ...{ conversion: 100, revenue: 100, 'sign-ups': 100, 'feature-use': 100, 'latency-p95': 100, 'response-time': 100 },
  ...{ 'cpu-per-request': 100, memory: 0.5, 'queue-depth': 100 },
};

function sampleOf(metric: string, number: number): Sample {
  if (!shares.includes(metric)) return { kind: 'value', value: number };
  const total = 10_000_000;
  const isGood = good.includes(metric);
  const bad = Math.round(total * (isGood ? 1 - number : number));
  return { kind: 'counts', bad, total, ...(isGood ? ({ good: true } as const) : {}) };
}

/** A number as the process writes it, in the unit of the judge. `against` is what stable says, of which `1.2x` is a multiple. */
function numberOf(written: string, against: number): number {
  const number = Number.parseFloat(written);
  if (written.endsWith('%')) return number / 100;
  if (written.endsWith('x')) return number * against;
  return written.endsWith('ms') ? number : written.endsWith('s') ? number * second : number;
}

interface Scene {
  readonly metric: string;
  /** What it says after so many seconds. */
  readonly says: (seconds: number) => number;
  /** Seconds for which it has said so; by then the bake is over. */
  readonly stands: number;
  readonly stage: string;
}

/** The judge with all limits of the preset, of which all metrics but one are well on both versions. */
function verdictOf(name: Name, { metric, says, stands, stage }: Scene): Verdict {
  const all = presets[name]?.limits ?? [];
  const isWatch = bands.includes(stage);
  const limits = isWatch ? limitsOf(all, stage) : all;
  const metrics = [...new Set(all.map((limit) => limit.metric))];
  const every = Math.max(10, stands / 30);
  const seconds = Array.from({ length: Math.floor(stands / every) + 1 }, (_, index) => stands - index * every);
  const log = seconds.reverse().map((now) => ({
    ...{ at: start + now * second, stage, warm: true },
    samples: Object.fromEntries(
      metrics.map((one) => {
        const usual = well[one] ?? 0;
        return [one, { canary: sampleOf(one, one === metric ? says(now) : usual), stable: sampleOf(one, usual) }];
      }),
    ),
  }));
  const now = log.at(-1)?.at ?? start;
  return judge({
    ...{ log, limits, measured: new Set(metrics), required: [], heard: undefined, jumped: 0, before: undefined },
    ...{
      stage: aStage({ id: stage, bakeMs: stands * second, weight: isWatch ? 100 : 10 }),
      elapsed: stands * second,
      now,
    },
  });
}

/** What happens, in a word: `ask` while somebody may still answer. */
function wordOf(verdict: Verdict): string {
  return verdict.kind === 'baking' && verdict.askedUntil > verdict.at ? 'ask' : verdict.kind;
}

/** Limits that this verdict went by: broken, or breached. */
function deciding(verdict: Verdict): readonly string[] {
  return verdict.readings
    .filter(({ state }) => state === 'breached' || state === 'broken')
    .map(({ limit }) => limit.id);
}

/** preset, metric, what it says, for so many seconds, in the stage: what happens. The numbers are those of the processes. */
const rows: readonly (readonly [Name, string, string, number, string, string])[] = [
  ...cases('strict-blue-green', 'error-rate', 60, ['0.09 %', 'promote'], ['0.1 %', 'hold'], ['0.2 %', 'rollback']),
  ...cases('strict-blue-green', 'latency-p95', 60, ['499ms', 'promote'], ['500ms', 'hold'], ['501ms', 'rollback']),
  ...cases('strict-blue-green', 'db-pool', 60, ['79 %', 'promote'], ['80 %', 'hold'], ['81 %', 'hold']),
  ...cases(
    'strict-blue-green',
    'payment-success',
    300,
    ['99.6 %', 'promote'],
    ['99.5 %', 'promote'],
    ['99.4 %', 'hold'],
    ['98.9 %', 'rollback'],
  ),
  ...cases('strict-blue-green', 'payment-verify-p95', 300, ['1.9s', 'promote'], ['2s', 'hold'], ['2.1s', 'hold']),
  ...cases('strict-blue-green', 'ai-success', 60, ['91 %', 'promote'], ['90 %', 'promote'], ['89 %', 'hold']),
  ...cases('strict-blue-green', 'ai-requests-per-hour', 60, ['99', 'promote'], ['100', 'promote'], ['101', 'hold']),
  ...cases('strict-blue-green', 'ai-cost-per-day', 60, ['49', 'promote'], ['50', 'promote'], ['51', 'hold']),
  ...cases('strict-blue-green', 'alerts-firing', 60, ['0', 'promote'], ['1', 'hold']),
  ...cases('strict-blue-green', 'pods-ready', 60, ['1', 'promote'], ['0.9', 'hold']),
  ...cases('rolling-baseline', 'error-rate', 60, ['0.9 %', 'promote'], ['1 %', 'hold'], ['1.1 %', 'rollback']),
  ...cases('rolling-baseline', 'response-time', 60, ['499ms', 'promote'], ['500ms', 'hold'], ['501ms', 'rollback']),
  ...cases('rolling-baseline', 'cpu', 60, ['79 %', 'promote'], ['80 %', 'hold'], ['81 %', 'hold']),
  ...cases('rolling-baseline', 'memory', 60, ['84 %', 'promote'], ['85 %', 'hold'], ['86 %', 'hold']),
  ...cases('rolling-baseline', 'health', 60, ['1', 'promote'], ['0', 'rollback']),
  ...cases('rolling-baseline', 'pods-ready', 60, ['1', 'promote'], ['0.9', 'hold']),
  ...cases('rolling-baseline', 'suspicious-activity', 60, ['0', 'promote'], ['1', 'hold']),
  ...cases(
    'standard-sop',
    'error-rate',
    120,
    ['1.9 %', 'promote'],
    ['2 %', 'promote'],
    ['2.1 %', 'hold'],
    ['4.9 %', 'hold'],
    ['5.5 %', 'rollback'],
  ),
  ...cases('standard-sop', 'error-rate', 60, ['5.5 %', 'ask'], ['9.9 %', 'ask'], ['10.1 %', 'rollback']),
  ...cases(
    'standard-sop',
    'latency-p95',
    60,
    ['499ms', 'promote'],
    ['500ms', 'hold'],
    ['1s', 'hold'],
    ['3s', 'hold'],
    ['3.1s', 'ask'],
    ['5s', 'ask'],
    ['5.1s', 'rollback'],
  ),
  ...cases('standard-sop', 'latency-p95', 600, ['3s', 'hold'], ['3.1s', 'rollback']),
  ...cases('standard-sop', 'health', 60, ['1', 'promote'], ['0', 'rollback']),
  ...cases('standard-sop', 'db-connection-errors', 60, ['0', 'promote'], ['1', 'rollback']),
  ...cases('standard-sop', 'conversion', 60, ['91', 'promote'], ['90', 'promote'], ['89', 'rollback']),
  ...cases('standard-sop', 'revenue', 60, ['91', 'promote'], ['90', 'promote'], ['89', 'rollback']),
  ...cases('standard-sop', 'sign-ups', 60, ['81', 'promote'], ['80', 'promote'], ['79', 'ask']),
  ...cases('standard-sop', 'sign-ups', 900, ['80', 'promote'], ['79', 'rollback']),
  ...cases('standard-sop', 'feature-use', 60, ['81', 'promote'], ['80', 'promote'], ['79', 'ask']),
  ...cases('standard-sop', 'feature-use', 900, ['80', 'promote'], ['79', 'rollback']),
  ...cases('standard-sop', 'memory', 60, ['89 %', 'promote'], ['90 %', 'promote'], ['91 %', 'hold']),
  ...cases('standard-sop', 'cpu', 60, ['69 %', 'promote'], ['70 %', 'promote'], ['71 %', 'hold']),
  ...cases('standard-sop', 'disk', 60, ['79 %', 'promote'], ['80 %', 'promote'], ['81 %', 'hold']),
  ...cases('standard-sop', 'critical-errors', 60, ['0', 'promote'], ['1', 'hold']),
  ...cases(
    'production-checklist',
    'error-rate',
    60,
    ['0.9 %', 'promote'],
    ['1 %', 'hold'],
    ['4.9 %', 'hold'],
    ['5.1 %', 'rollback'],
  ),
  ...cases(
    'production-checklist',
    'latency-p95',
    60,
    ['1.04x', 'promote'],
    ['1.06x', 'hold'],
    ['1.5x', 'hold'],
    ['1.51x', 'rollback'],
  ),
  ...cases('production-checklist', 'db-cpu', 60, ['89 %', 'promote'], ['90 %', 'promote'], ['91 %', 'rollback']),
  ...cases(
    'production-checklist',
    'db-connections',
    60,
    ['79 %', 'promote'],
    ['80 %', 'promote'],
    ['81 %', 'rollback'],
  ),
  ...cases('production-checklist', 'memory', 60, ['84 %', 'promote'], ['85 %', 'promote'], ['86 %', 'rollback']),
  ...cases('production-checklist', 'disk-free', 60, ['11 %', 'promote'], ['10 %', 'promote'], ['9 %', 'rollback']),
  ...cases('production-checklist', 'alerts-firing', 60, ['0', 'promote'], ['1', 'rollback']),
  ...cases('production-checklist', 'response-time', 60, ['1.9x', 'promote'], ['2x', 'promote'], ['2.1x', 'rollback']),
  ...cases('production-checklist', 'db-connection-errors', 60, ['0', 'promote'], ['1', 'rollback']),
  ...cases('production-checklist', 'cascading-failures', 60, ['0', 'promote'], ['1', 'rollback']),
  ...cases('production-checklist', 'payment-failures', 60, ['0', 'promote'], ['1', 'rollback']),
  ...cases('production-checklist', 'critical-errors', 60, ['0', 'promote'], ['1', 'rollback']),
  ...during('active', 'error-rate', 110, ['4.9 %', 'hold'], ['5.1 %', 'hold']),
  ...during('active', 'error-rate', 120, ['4.9 %', 'hold'], ['5.1 %', 'rollback']),
  ...during('active', 'error-rate', 20, ['10.1 %', 'hold']),
  ...during('active', 'error-rate', 30, ['9.9 %', 'hold'], ['10.1 %', 'rollback']),
  ...during('active', 'latency-p95', 290, ['2001ms', 'hold']),
  ...during('active', 'latency-p95', 300, ['2000ms', 'hold'], ['2001ms', 'rollback']),
  ...during('active', 'db-cpu', 290, ['96 %', 'promote']),
  ...during('active', 'db-cpu', 300, ['95 %', 'promote'], ['96 %', 'rollback']),
  ...during('active', 'db-connections', 60, ['95 %', 'promote'], ['96 %', 'rollback']),
  ...during('active', 'memory', 290, ['91 %', 'promote']),
  ...during('active', 'memory', 300, ['90 %', 'promote'], ['91 %', 'rollback']),
  ...during('active', 'alerts-firing', 60, ['0', 'promote'], ['1', 'promote']),
  ...during('settle', 'cpu', 60, ['59 %', 'promote'], ['60 %', 'hold'], ['61 %', 'hold']),
  ...during('settle', 'memory', 60, ['74 %', 'promote'], ['75 %', 'hold'], ['76 %', 'hold']),
  ...during('settle', 'disk', 60, ['84 %', 'promote'], ['85 %', 'hold'], ['86 %', 'hold']),
  ...during('settle', 'latency-p95', 60, ['104ms', 'promote'], ['500ms', 'hold']),
  ...during('settle', 'queue-depth', 60, ['0.9x', 'promote'], ['1x', 'promote'], ['1.1x', 'hold']),
  ...during('background', 'latency-p95', 60, ['501ms', 'hold']),
  ...during('background', 'db-cpu', 60, ['80 %', 'promote'], ['81 %', 'promote']),
  ...during('background', 'error-rate', 60, ['1.1 %', 'hold']),
  ...cases(
    'risk-tiered',
    'error-rate',
    60,
    ['0.19 %', 'promote'],
    ['0.2 %', 'promote'],
    ['0.21 %', 'hold'],
    ['0.49 %', 'hold'],
    ['0.51 %', 'rollback'],
  ),
  ...cases(
    'risk-tiered',
    'latency-p95',
    60,
    ['1.09x', 'promote'],
    ['1.11x', 'hold'],
    ['301ms', 'hold'],
    ['501ms', 'hold'],
  ),
  ...cases('risk-tiered', 'latency-p95', 300, ['500ms', 'hold'], ['501ms', 'rollback']),
  ...cases(
    'risk-tiered',
    'success-rate',
    60,
    ['99.81 %', 'promote'],
    ['99.79 %', 'hold'],
    ['99.51 %', 'hold'],
    ['99.49 %', 'rollback'],
  ),
  ...cases('risk-tiered', 'db-errors', 60, ['10', 'promote'], ['11', 'hold'], ['50', 'hold'], ['51', 'rollback']),
  ...cases('risk-tiered', 'security-alerts', 60, ['0', 'promote'], ['1', 'rollback']),
  ...cases('risk-tiered', 'alerts-firing', 60, ['0', 'promote'], ['1', 'rollback']),
  ['risk-tiered', 'new-errors', '0', 60, 'integrated', 'promote'],
  ['risk-tiered', 'new-errors', '1', 60, 'integrated', 'hold'],
  ['risk-tiered', 'new-errors', '1', 60, 'ten', 'promote'],
  ['risk-tiered', 'cpu-per-request', '1.2x', 60, 'full', 'promote'],
  ['risk-tiered', 'cpu-per-request', '1.21x', 60, 'full', 'hold'],
];

type Case = readonly [written: string, outcome: string];

function cases(name: Name, metric: string, stands: number, ...told: readonly Case[]) {
  return told.map(([written, outcome]) => [name, metric, written, stands, 'ten', outcome] as const);
}

function during(stage: string, metric: string, stands: number, ...told: readonly Case[]) {
  return told.map(([written, outcome]) => ['production-checklist', metric, written, stands, stage, outcome] as const);
}

describe('the limits of the presets', () => {
  test.each(rows)('%s: %s of %s for %i s in %s: %s', (name, metric, written, stands, stage, outcome) => {
    const says = numberOf(written, well[metric] ?? 0);
    const verdict = verdictOf(name, { metric, says: () => says, stands, stage });

    expect(wordOf(verdict)).toBe(outcome);
    if (outcome !== 'promote') expect(verdict.reason).toBe(`limit:${metric}`);
  });

  test.each([
    ['integrated', 4, 'promote'],
    ['integrated', 6, 'hold'],
    ['ten', 6, 'promote'],
  ])('risk-tiered: in %s memory that rises by %i %% an hour: %s', (stage, percent, outcome) => {
    const says = (seconds: number) => 0.5 * (1 + (percent / 100) * (seconds / 3600));

    expect(wordOf(verdictOf('risk-tiered', { metric: 'memory', says, stands: 3600, stage }))).toBe(outcome);
  });

  test.each(names)('of %s each has decided something above', (name) => {
    const said = rows.filter(([preset]) => preset === name);
    const decided = said.flatMap(([, metric, written, stands, stage]) =>
      deciding(verdictOf(name, { metric, says: () => numberOf(written, well[metric] ?? 0), stands, stage })),
    );
    const risen = (seconds: number) => 0.5 * (1 + seconds / 3600);
    const leak = verdictOf(name, { metric: 'memory', says: risen, stands: 3600, stage: 'integrated' });
    const seen = new Set([...decided, ...deciding(leak)]);

    expect(presets[name]?.limits.filter(({ id }) => !seen.has(id)).map(({ id }) => id)).toEqual([]);
  });
});

/** Every stage of every plan. */
const stages = names.flatMap((name) =>
  Object.values(presets[name]?.plans ?? {}).flatMap((plan) =>
    plan.stages.map((stage) => [name, plan.name, stage.id, stage] as const),
  ),
);
const baking = stages.filter(([, , , { bakeMs }]) => bakeMs > 0);
const passing = stages.filter(([, , , { bakeMs }]) => bakeMs === 0);

describe('the stages of the plans of the presets', () => {
  /** Judged so many ms after the shift; the error rate is the same all the time. */
  function judgedAfter(name: Name, stage: Stage, elapsed: number, rate: number | undefined, health?: number) {
    const limits = presets[name]?.limits ?? [];
    const measured = new Set(['health', ...limits.map(({ metric }) => metric)]);
    const log = [0, elapsed].map((at) => ({
      ...{ at: start + at, stage: stage.id, warm: true },
      samples: Object.fromEntries(
        [...measured].map((one) => {
          const usual = sampleOf(one, well[one] ?? 0);
          if (one === 'health' && health !== undefined) return [one, { canary: sampleOf(one, health) }];
          if (rate === undefined) return [one, { canary: { kind: 'no-data', because: 'nobody came' } as const }];
          return [one, { canary: one === 'error-rate' ? sampleOf(one, rate) : usual, stable: usual }];
        }),
      ),
    }));
    const rest = { required: [], heard: undefined, jumped: 0, before: undefined, now: start + elapsed };
    return judge({ log, limits, measured, stage, elapsed, ...rest }).kind;
  }

  test.each(baking)('%s, plan %s: %s goes on when its bake is over, not before, and not without data', (...row) => {
    const [name, , , stage] = row;
    const over = Math.max(stage.bakeMs, stage.maxBakeMs ?? 0);

    expect(judgedAfter(name, stage, stage.bakeMs - 1, 0)).toBe('baking');
    expect(judgedAfter(name, stage, stage.bakeMs, 0)).toBe('promote');
    expect(judgedAfter(name, stage, over, undefined)).toBe('hold');
    expect(judgedAfter(name, stage, over - 1, undefined)).toBe('baking');
    expect(judgedAfter(name, stage, 10 * second, 0.5)).toBe('rollback');
  });

  test.each(passing)('%s, plan %s: %s does not bake and goes on by the health of the new version', (...row) => {
    const [name, , , stage] = row;

    // Nobody meets it, so nothing is counted.
    expect(judgedAfter(name, stage, 0, undefined, 1)).toBe('promote');
    expect(judgedAfter(name, stage, 0, undefined, 0)).toMatch(/^(?:hold|rollback)$/);
    expect(judgedAfter(name, stage, 0, undefined)).toBe('hold');
  });
});

// Builders for the tests of the canary room.
import type { Poll, PollLog, Sample } from '../../src/canary/sample.ts';
import { parseDuration } from '../../src/kit/duration.ts';
import { parseCondition } from '../../src/policy/condition.ts';
import type { Limit, Stage } from '../../src/policy/parts.ts';

export const counts = (bad: number, total: number): Sample => ({ kind: 'counts', bad, total });
export const value = (number: number): Sample => ({ kind: 'value', value: number });

type Words = Partial<Omit<Limit, 'kind' | 'condition' | 'forMs'>> & {
  readonly continue?: string;
  readonly breach?: string;
  readonly for?: string;
};

/** A limit on the metric `m`, written as in the policy. */
export function aLimit({ continue: goesOn, breach, for: lasting, ...over }: Words): Limit {
  const text = goesOn ?? breach ?? '';
  const condition = parseCondition(text);
  if (condition === undefined) throw new Error(`no condition: ${text}`);
  return {
    id: `m-${goesOn === undefined ? 'breach' : 'continue'}`,
    metric: 'm',
    kind: goesOn === undefined ? 'breach' : 'continue',
    condition,
    forMs: parseDuration(lasting ?? '') ?? 0,
    during: [],
    severity: 'P1',
    action: 'rollback',
    otherwise: 'rollback',
    how: 'auto',
    own: true,
    ...over,
  };
}

export function aStage(over: Partial<Stage> = {}): Stage {
  return { id: 'ten', weight: 10, weightTo: 10, bakeMs: 60_000, warmupMs: 0, ...over };
}

type Arms = { readonly canary?: Sample | undefined; readonly stable?: Sample | undefined };

/** One poll of the metric `m`. */
export function aPoll(poll: Arms & { readonly at: number; readonly stage?: string; readonly warm?: boolean }): Poll {
  const { at, stage = 'ten', warm = true, canary, stable } = poll;
  const arms = { ...(canary === undefined ? {} : { canary }), ...(stable === undefined ? {} : { stable }) };
  return { at, stage, warm, samples: { m: arms } };
}

/** Polls at so many seconds after the epoch's first hour. */
export function polls(seconds: readonly number[], arms: (second: number) => Arms, warm = true): PollLog {
  return seconds.map((second) => aPoll({ at: start + second * 1000, warm, ...arms(second) }));
}

export const start = 3_600_000;

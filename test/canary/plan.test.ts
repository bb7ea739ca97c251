import { describe, expect, test } from '@jest/globals';
import { type Progress, stageAfter, stagesToWalk } from '../../src/canary/plan.ts';
import type { Plan } from '../../src/policy/parts.ts';
import { aStage } from './example.ts';

const plan: Plan = {
  name: 'canary',
  by: 'traffic',
  everyMs: 15_000,
  stages: ['ten', 'half', 'full'].map((id) => aStage({ id })),
  inconclusive: 'restore',
  smoke: {},
  watch: [],
};

const fresh: Progress = { promoted: [], current: '', weight: 0, shifted: false, completed: false };
const atHalf: Progress = { ...fresh, promoted: ['ten'], current: 'half', weight: 50, shifted: true };

const names = (progress: Progress, wanted: string) => stagesToWalk(plan, progress, wanted).map(({ id }) => id);

describe('the stages to walk', () => {
  test.each([
    [fresh, 'all', ['ten', 'half', 'full']],
    [fresh, 'next', ['ten']],
    [fresh, 'ten', ['ten']],
    [atHalf, 'all', ['half', 'full']],
    [atHalf, 'next', ['half']],
    [atHalf, 'half', ['half']],
    [atHalf, 'ten', []],
    [{ ...fresh, completed: true }, 'all', []],
    [{ ...fresh, completed: true }, 'full', []],
  ])('are as recorded and asked (%#: %j, %s)', (progress, wanted, expected) => {
    expect(names(progress, wanted)).toEqual(expected);
  });

  test('refuses a stage before its turn, and one that is none', () => {
    expect(() => names(atHalf, 'full')).toThrow('Stage full comes after half, which is not promoted yet');
    expect(() => names(fresh, 'fifty')).toThrow('Write all, next or one of: ten, half, full');
  });

  test('knows what comes after', () => {
    expect([stageAfter(plan, 'ten'), stageAfter(plan, 'full')]).toEqual(['half', '']);
  });
});

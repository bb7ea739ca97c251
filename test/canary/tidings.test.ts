// What people are told of a canary's end, where the policy wants to hear it only if users met the new version.
import { describe, expect, test } from '@jest/globals';
import type { Scene } from '../../src/canary/scene.ts';
import { type Ended, tidingsOf } from '../../src/canary/tidings.ts';
import { parseOccasion } from '../../src/policy/occasion.ts';
import type { Evidence } from '../../src/record/evidence.ts';
import { attemptOf } from '../../src/record/history.ts';
import { forward, halfWay } from '../rollback/story.ts';

const line = { id: 'status', when: ['rolled-back'], channels: { webhook: 'https://hooks.example/x' } };
const policyFor = (more: number) => ({
  announce: [{ ...line, if: parseOccasion(`users-exposed > ${more}`) }],
  plans: {},
  legs: [],
});
const baked = { stage: 'ten', from: 0, to: 1, verdict: 'rollback', figures: '' };

function told(attempt: Scene['attempt'], ended: Partial<Ended>, more = 0) {
  const scene = {
    policy: policyFor(more),
    attempt,
    plan: { name: 'canary', smoke: {}, stages: [] },
    run: {},
    tier: {},
    type: {},
  } as unknown as Scene;
  const rolledBack = { verdict: 'rollback', reason: 'x', stage: '', weight: 0, stopped: false, dryRun: false };
  const evidence = { run: {}, sha: '', deploymentId: 2 } as unknown as Evidence;
  return tidingsOf(scene, { ...rolledBack, moments: [], polls: [], ...ended }, evidence).length;
}

describe('a rollback that is told if users met the version', () => {
  const before = attemptOf(forward({ id: 2, letter: 'b', said: halfWay }));
  const never = attemptOf(forward({ id: 2, letter: 'b', said: [] }));

  test.each([
    ['nobody ever had it', never, [], 0],
    ['no Deployment was begun', undefined, [], 0],
    ['an earlier call gave it to some, and this one looked at no stage', before, [], 1],
    ['this call baked a stage that nobody counted', never, [baked], 1],
  ] as const)('%s', (_when, attempt, moments, count) => {
    expect(told(attempt, { moments })).toBe(count);
  });

  test.each([
    ['no request', never, 0, 0],
    ['some requests', never, 7, 1],
    ['no request by this call, of a version that an earlier one gave users', before, 0, 1],
  ] as const)('%s counted', (_when, attempt, total, count) => {
    expect(told(attempt, { polls: [polled('ten', total)], moments: [baked] })).toBe(count);
  });

  test.each([
    ['below', 13, 1],
    ['at', 14, 0],
    ['above', 15, 0],
  ])('counts the requests of all stages of the plan, not of the last alone: a limit %s', (_where, more, count) => {
    const polls = [polled('ten', 5), polled('ten', 2), polled('half', 7)];

    expect(told(never, { polls, moments: [baked] }, more)).toBe(count);
  });

  test('of several metrics takes the one that counted most, the new version alone', () => {
    const polls = [polled('ten', 5, 'errors'), polled('ten', 7, 'latency-slow')];

    expect([6, 7].map((more) => told(never, { polls, moments: [baked] }, more))).toEqual([1, 0]);
  });

  test.each([
    ['which this call counted too', [polled('ten', 5), polled('half', 7)], 0],
    ['whose users this call did not count', [polled('half', 7)], 1],
  ])('an earlier call gave it users at a stage %s', (_which, polls, count) => {
    expect(told(before, { polls, moments: [baked] }, 100)).toBe(count);
  });
});

function polled(stage: string, total: number, metric = 'errors'): Ended['polls'][number] {
  const counts = (of: number) => ({ kind: 'counts', bad: 0, total: of }) as const;
  return { at: 0, stage, warm: true, samples: { [metric]: { canary: counts(total), stable: counts(1_000) } } };
}

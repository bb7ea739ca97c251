// What people are told of a canary's end, where the policy wants to hear it only if users met the new version.
import { describe, expect, test } from '@jest/globals';
import type { Scene } from '../../src/canary/scene.ts';
import { type Ended, tidingsOf } from '../../src/canary/tidings.ts';
import { parseOccasion } from '../../src/policy/occasion.ts';
import type { Evidence } from '../../src/record/evidence.ts';
import { attemptOf } from '../../src/record/history.ts';
import { forward, halfWay } from '../rollback/story.ts';

const line = { id: 'status', when: ['rolled-back'], channels: { webhook: 'https://hooks.example/x' } };
const policy = { announce: [{ ...line, if: parseOccasion('users-exposed > 0') }], plans: {}, legs: [] };
const baked = { stage: 'ten', from: 0, to: 1, verdict: 'rollback', figures: '' };

function told(attempt: Scene['attempt'], ended: Partial<Ended>) {
  const scene = {
    policy,
    attempt,
    plan: { name: 'canary', smoke: {}, stages: [] },
    run: {},
    tier: {},
    type: {},
  } as unknown as Scene;
  const rolledBack = { verdict: 'rollback', reason: 'x', stage: '', weight: 0, stopped: false, dryRun: false };
  const evidence = { run: {}, sha: '', deploymentId: 2 } as unknown as Evidence;
  return tidingsOf(scene, { ...rolledBack, moments: [], comparison: undefined, ...ended }, evidence).length;
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
    expect(told(attempt, { comparison: { metrics: [{ canary: { total } }] }, moments: [baked] })).toBe(count);
  });
});

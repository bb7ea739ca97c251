// The decision matrix of the standard SOP (seed 002, lines 285 to 295), row by row: what the limits do by themselves, and what people may start.
import { describe, expect, test } from '@jest/globals';
import { step } from '../../actions/rollback/rollback.ts';
import type { Limit } from '../../src/policy/parts.ts';
import { effectiveOf, trustedPolicy } from '../../src/policy/trusted.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import { commit } from '../rollback/story.ts';
import { a, b, inputs, press, town } from '../rollback/town.ts';
import type { MemoryWorld } from '../world/memory/world.ts';

const policy = `
version: 1
extends: [standard-sop@1]
timezone: Europe/Berlin
roles: {security: [carol], incident-responder: [dave]}
traffic:
  router: http
  url: http://router.example/weights
  sides: [blue, green]
  at: {blue: "http://blue.example", green: "http://green.example"}
rollback: {min-age: 0s, verify: [version]}
`;
const minute = 60_000;

/** What the memory's clock spends on reading the policy, ms. */
const reading = 2_000;

/** Decided so many ms after a person pressed. */
function pressedBy(login: string, agoMs: number): MemoryWorld {
  const world = town([a, b], { policy, run: { ...press.run, triggeringActor: login } });
  const createdAt = world.clock.now() + reading - agoMs;
  const run = { id: 500, attempt: 1, path: '.github/workflows/rollback.yml', event: 'workflow_dispatch', actor: login };
  const place = { headSha: commit('f'), headBranch: 'main', status: 'in_progress', url: '' } as const;
  world.github.runs.set(500, { ...run, ...place, createdAt });
  return world;
}

describe('people start a rollback', () => {
  test.each([
    ['security-vulnerability', 'carol', 0, 'P0', 'after the press (at once is asked)'],
    ['critical-bug', 'dave', 15 * minute, 'P0', 'in time (within 15 min)'],
    ['critical-bug: checkout answers 500', 'dave', 15 * minute + 1, 'P0', 'late (within 15 min)'],
    ['data-corruption', 'dave', minute, 'P0', 'data-corruption'],
    ['stakeholder-request', 'anna', minute, 'P2', 'stakeholder-request'],
    [
      'in my own words',
      'anna',
      minute,
      '',
      'The policy knows these reasons: security-vulnerability (P0), critical-bug (P0)',
    ],
  ])('for %s by %s, %d ms after the press: %s', async (reason, login, agoMs, severity, words) => {
    const world = pressedBy(login, agoMs);

    const outcome = await step(world, inputs({ reason }));

    expect(outcome).toMatchObject({ verdict: 'restored', exit: 0 });
    const made = world.github.deployments.find(({ task }) => task === 'deploy:rollback');
    expect(made).toMatchObject({ payload: { reason, severity } });
    expect(JSON.stringify(outcome.evidence?.details)).toContain(words);
  });

  test.each([
    ['security-vulnerability', 'dave', 'security'],
    ['critical-bug', 'anna', 'incident-responder'],
    ['data-corruption', 'carol', 'incident-responder'],
  ])('not for %s by %s, for it is a reason of %s', async (reason, login, role) => {
    const world = pressedBy(login, 0);

    const outcome = await step(world, inputs({ reason }));

    expect(outcome).toMatchObject({ verdict: 'refused', reason: 'not-yours', exit: 1 });
    expect(outcome.error).toContain(role);
    expect(world.traffic.log).toEqual([]);
  });
});

describe('the limits', () => {
  const rows: readonly (readonly [string, string, string, Limit['severity'], string, number | undefined])[] = [
    ['error rate over 10 %', 'error-rate', '> 10 %', 'P0', 'rollback', undefined],
    ['error rate 5 to 10 %', 'error-rate', '5..10 %', 'P1', 'ask', 5 * minute],
    ['response time over 5 s', 'latency-p95', '> 5s', 'P0', 'rollback', undefined],
    ['response time over 3 s', 'latency-p95', '> 3s', 'P1', 'ask', 10 * minute],
    ['sign-ups down by over 20 %', 'sign-ups', 'drop > 20 %', 'P1', 'ask', 15 * minute],
    ['feature use down by over 20 %', 'feature-use', 'drop > 20 %', 'P1', 'ask', 15 * minute],
  ];

  test.each(rows)('%s', async (_row, metric, breach, severity, action, withinMs) => {
    const world = pressedBy('anna', 0);
    const place = { path: '.github/deploy-policy.yml', source: 'trusted', run: world.run } as const;
    const { limits } = effectiveOf(await trustedPolicy(world.ask, place, vocabulary), {
      environment: 'production',
      leg: '',
    });

    const row = limits.find((one) => one.metric === metric && JSON.stringify(one).includes(breach));

    expect(row).toMatchObject({
      severity,
      action,
      ...(withinMs === undefined ? {} : { withinMs, otherwise: 'rollback' }),
    });
  });
});

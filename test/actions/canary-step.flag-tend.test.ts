// The caretaker carries a plan by flag: audiences for hours, somebody who takes the flag away meanwhile, people who answer.
import { describe, expect, test } from '@jest/globals';
import { step } from '../../actions/canary-step/canary-step.ts';
import { checkRunOf } from '../../src/record/keep.ts';
import type { MetricSource, Outcome, Run } from '../../src/world.ts';
import { aRun, aWorld, began, given, newSha, oldSha } from '../canary/story.ts';
import type { MemoryWorld } from '../world/memory/world.ts';

const minute = 60_000;
const policyWith = (more = '') => `version: 1
extends: []
roles: {lead: [alice]}
environments:
  production: {}
flags: {provider: http, url: "http://flags"}
rollback: {flag: new-checkout}
caretaker: {workflow: caretaker.yml, every: 30m, max-job-time: 1h}
plans:
  canary:
    by: flag
    every: 15s
    stages:
      - {id: internal, audience: [internal], weight: 0 %, bake: 4h}
      - {id: beta, audience: [beta], weight: 0 %, bake: 4h}
      - {id: ten, weight: 10 %, bake: 4h}
      - {id: full, weight: 100 %, bake: 4h}
    ${more}
metrics:
  sources: {main: {prometheus: "http://prometheus.example"}}
  queries: {error-rate: {bad: "errors {{side}} {{window}}", total: "requests {{side}} {{window}}"}}
limits:
  - {metric: error-rate, continue: "< 1 %"}
  - {metric: error-rate, breach: "> 10 %", severity: P0, then: rollback}
`;

/** 20 requests a second by cohort, and one a second of each audience that has the flag; every past minute can be asked for again. */
function cohorts(world: MemoryWorld, failing: (side: string) => number): MetricSource {
  const begin = { at: world.clock.now() - 120 * minute, weights: world.traffic.weights };
  const requests = (side: string, from: number, to: number) => {
    const changes = [begin, ...world.traffic.log];
    return changes.reduce((sum, { at, weights }, place) => {
      const seconds = Math.max(0, Math.min(to, changes[place + 1]?.at ?? to) - Math.max(from, at)) / 1000;
      const { off = 0, on = 0, ...beside } = weights;
      const named = Object.values(beside).filter((share) => share > 0).length;
      return sum + seconds * (side === 'on' ? on / 5 + named : off / 5);
    }, 0);
  };
  const answer = (query: string, at: number) => {
    const [what = '', side = '', window = '1s'] = query.split(' ');
    const count = requests(side, at - Number.parseInt(window, 10) * 1000, at);
    return what === 'errors' ? count * failing(side) : count;
  };
  return {
    read: async (query, at) => ({ kind: 'value', value: answer(query, at), at }),
    range: async (query, { from, to, stepMs }) => {
      const values = [];
      for (let at = from; at <= to; at += stepMs) values.push({ at, value: answer(query, at) });
      return { kind: 'values', values };
    },
  };
}

const off = { off: 100, on: 0 };

async function aTown(policy = policyWith(), before: Readonly<Record<string, number>> = off) {
  const world = aWorld({}, policy);
  world.traffic.weights = before;
  world.traffic.sides.on = { version: 'v2', sha: newSha, answers: true };
  const failing: Record<string, number> = { on: 0.001, off: 0.001 };
  const source = cohorts(world, (side) => failing[side] ?? 0);
  world.github.runs.set(7001, aRun(7001, 'completed'));
  const alive = () => {
    const run = { ...aRun(8000, 'completed'), conclusion: 'success', createdAt: world.clock.now() };
    world.github.workflowRuns.set('caretaker.yml', [run]);
  };
  let id = 8000;
  const tend = async (inputs: Readonly<Record<string, string>> = {}, by: Partial<Run> = {}): Promise<Outcome> => {
    await world.clock.advance(30 * minute);
    id += 1;
    const run = { event: 'schedule', id, sha: oldSha, byPerson: false, ...by };
    const next = aWorld({ after: world, run }, policy);
    const outcome = await step({ ...next, metrics: () => source }, given({ mode: 'tend', ...inputs }));
    alive();
    if (outcome.evidence !== undefined) {
      const fact = {
        id,
        app: 'github-actions',
        completedAt: world.clock.now(),
        url: '',
        ...checkRunOf(outcome.evidence),
      };
      world.github.records.set(newSha, [...(world.github.records.get(newSha) ?? []), fact]);
    }
    return outcome;
  };
  const tendUntil = async (stops: (outcome: Outcome) => boolean): Promise<Outcome> => {
    for (let round = 0; round < 60; round += 1) {
      const outcome = await tend();
      if (stops(outcome)) return outcome;
    }
    throw new Error('it never came to that');
  };
  const deployment = await began(world);
  alive();
  const first = await step({ ...world, metrics: () => source }, given());
  return { world, failing, tend, tendUntil, deployment, first };
}

describe('the caretaker of a plan by flag', () => {
  test('carries it through its audiences to everybody', async () => {
    const town = await aTown();
    expect(town.first).toMatchObject({ verdict: 'hold', reason: 'handed-over', exit: 0 });
    expect(town.world.traffic.weights).toEqual({ ...off, internal: 100 });

    await town.tendUntil(({ reason }) => reason === 'completed');

    expect(town.world.traffic.log.map(({ weights }) => weights)).toEqual([
      { ...off, internal: 100 },
      { ...off, internal: 100, beta: 100 },
      { off: 90, on: 10, internal: 100, beta: 100 },
      { off: 0, on: 100 },
    ]);
  });

  test('sees that somebody took the flag from an audience, and gives users what they had before', async () => {
    const town = await aTown(policyWith(), { off: 97, on: 3 });
    await town.tend();
    town.world.traffic.weights = { off: 97, on: 0, internal: 0 };

    expect(await town.tend()).toMatchObject({ verdict: 'hold', exit: 1 });
    expect(town.world.traffic.weights).toEqual({ off: 97, on: 3 });
  });

  test('asks people, and their answer rollback turns the flag back to what it was', async () => {
    const town = await aTown(policyWith('inconclusive: ask'), { off: 97, on: 3 });
    town.failing.on = 0.03;
    await town.tendUntil(({ reason }) => reason === 'asking');

    const person = { event: 'workflow_dispatch', byPerson: true, triggeringActor: 'alice' };
    const answered = await town.tend({ answer: 'rollback' }, person);

    expect(answered).toMatchObject({ verdict: 'rollback', reason: 'answer', rollback: true });
    expect(town.world.traffic.weights).toEqual({ off: 97, on: 3 });
  });
});

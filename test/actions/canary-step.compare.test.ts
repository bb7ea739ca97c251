// Canary-step with `compare:`: the same story as in canary-step.test.ts, judged against the stable version at the same minutes.
import { expect, test } from '@jest/globals';
import { step } from '../../actions/canary-step/canary-step.ts';
import { readPollLog, replay } from '../../src/canary/poll-log.ts';
import { plain } from '../../src/kit/phrase.ts';
import { atStable, aWorld, began, given, policy, Users } from '../canary/story.ts';

const compared = policy
  .replace(/limits:[\s\S]*$/, 'compare:\n  error-rate: {margin: 1pp, min-effect: 0.25pp}\n')
  .replace('{id: ten, weight: 10 %, bake: 1m}', '{id: ten, weight: 10 %, bake: 5m, warmup: 30s}')
  .replace('{id: half, weight: 50 %, bake: 1m}', '{id: half, weight: 50 %, bake: 2m}')
  .concat('limits:\n  - {metric: error-rate, breach: "> 10 %", severity: P0, then: rollback}\n');

async function walk(failing: Partial<Record<'blue' | 'green', number>>, own = compared) {
  const world = aWorld({}, own);
  const users = new Users(world);
  Object.assign(users.failing, failing);
  await began(world);
  const written = new Map<string, string>();
  const write = async (name: string, text: string) => {
    written.set(name, text);
    return `/tmp/${name}`;
  };
  const outcome = await step({ ...world, files: { ...world.files, write } }, given());
  return { world, outcome, log: written.get('poll-log.jsonl') ?? '' };
}

test('promotes what is no worse than stable through every stage, and says by how much at most', async () => {
  const { outcome, world } = await walk({ blue: 0.001, green: 0.001 });

  expect(outcome).toMatchObject({ verdict: 'promote', reason: 'completed', exit: 0 });
  expect(plain(outcome.evidence?.sentence ?? '')).toContain('was no worse than stable at the same minutes: error-rate');
  expect(outcome.evidence?.moments[0]?.figures).toContain('(margin 1 pp)');
  expect(outcome.evidence?.found).toMatchObject({ compared: true });
  expect(world.traffic.weights).toEqual({ blue: 0, green: 100 });
});

test('turns back what is four points worse, long before a fixed limit would, with the evidence in the report', async () => {
  const { outcome, world } = await walk({ blue: 0.001, green: 0.041 });

  expect(outcome).toMatchObject({ verdict: 'rollback', reason: 'worse-than-baseline', exit: 1, rollback: true });
  expect(Number(outcome.outputs.odds)).toBeGreaterThan(200);
  expect(plain(outcome.evidence?.sentence ?? '')).toMatch(
    /^The canary at 10 % had error-rate 4\.1 % of .* evidence .* : 1 that it is worse\./,
  );
  const [picture, log] = outcome.evidence?.details ?? [];
  expect(picture?.heading).toBe('error-rate, canary and stable, ten 10 %');
  expect(picture?.lines.map(plain).join('\n')).toMatch(/query \/green\/errors/);
  expect(picture?.table.length).toBeGreaterThan(2);
  expect(log?.heading).toBe('Poll log');
  expect(world.traffic.weights).toEqual(atStable);
});

test('gives up what this traffic cannot decide, and says what is missing', async () => {
  const { outcome, world } = await walk({ blue: 0.02, green: 0.02 }, compared.replace('margin: 1pp', 'margin: 0.1pp'));

  expect(outcome).toMatchObject({ verdict: 'hold', reason: 'inconclusive', exit: 1 });
  expect(Number(outcome.outputs['needed-requests'])).toBeGreaterThan(1000);
  expect(world.traffic.weights).toEqual(atStable);
});

test('leaves a poll log from which the same verdicts follow', async () => {
  const { outcome, log } = await walk({ blue: 0.001, green: 0.041 });
  const recorded = readPollLog(log, 'poll-log.jsonl');
  const again = replay(recorded).map(({ verdicts }) => verdicts.at(-1));

  expect(outcome.result).toMatchObject({ pollLog: '/tmp/poll-log.jsonl' });
  expect(recorded.map(({ verdict }) => verdict)).toMatchObject(
    again.map((one) => ({ verdict: one?.kind, reason: one?.reason })),
  );
  expect(again.map((one) => one?.kind)).toEqual(['rollback']);
});

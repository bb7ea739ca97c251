// The band of a stage: which of its shares is taken, by what stable had in the hour before.
import { expect, test } from '@jest/globals';
import { sized } from '../../src/canary/band.ts';
import type { Shares } from '../../src/canary/shares.ts';
import { effective } from '../../src/policy/effective.ts';
import { readPolicy } from '../../src/policy/policy.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import { aStage } from './example.ts';
import { policy as text } from './story.ts';

const band = aStage({ weight: 1, weightTo: 5, bakeMs: 60_000 });
const hour = 3_600_000;

function scene() {
  const read = readPolicy(text, vocabulary, { path: 'p.yml' });
  if (read.kind === 'faults') throw new Error(JSON.stringify(read.faults));
  const found = effective(read.policy, { environment: 'production' });
  if (found.kind === 'fault') throw new Error(found.fault.what);
  const policy = found.effective;
  const plan = policy.plans.canary;
  if (plan === undefined) throw new Error('no plan canary');
  return { policy, plan: { ...plan, stages: [band] } };
}

const shares = {
  router: {},
  routing: { sides: ['blue', 'green'] },
  sides: { stable: 'blue', canary: 'green' },
} as unknown as Shares;

test.each([
  ['where the least decides', 10_000, 1],
  ['where nothing of it decides, the most', 1, 5],
  ['where nobody knows the traffic, the least', 0, 1],
])('%s: %d requests a second', async (_name, perSecond, weight) => {
  const total = perSecond * 3_600;
  const past = perSecond === 0 ? {} : { 'error-rate': { blocks: [{ lengthMs: hour, counts: [{ bad: 0, total }] }] } };

  expect(await sized(band, scene(), shares, past as never)).toMatchObject({ weight, weightTo: weight });
});

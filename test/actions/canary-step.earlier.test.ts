// A stage that is compared with an earlier time: what cannot be compared is said before any user meets the new version.
import { expect, test } from '@jest/globals';
import { step } from '../../actions/canary-step/canary-step.ts';
import { aWorld, began, given, newSha, policy, Users } from '../canary/story.ts';

const compared = `${policy}compare: {error-rate: {margin: 1pp}}\n`;

test.each([
  [
    'a source without a past',
    'id: full, weight: 100 %, bake: 1m',
    'full is compared with 7 d earlier, of which nothing is known: error-rate: the source main of error-rate knows the present only',
  ],
  [
    'a stage with stable beside it',
    'id: half, weight: 50 %, bake: 1m',
    'half is compared with 7 d earlier, though stable stands beside it at the same minutes',
  ],
])('holds for %s', async (_name, stage, because) => {
  const world = aWorld({}, compared.replace(stage, `${stage}, baseline: {offset: 7d}`));
  new Users(world);
  await began(world);

  const { verdict, reason, error } = await step(world, given({ environment: 'production', 'expected-sha': newSha }));

  expect([verdict, reason]).toEqual(['hold', 'preflight']);
  expect(error).toContain(because);
  expect(world.traffic.log).toEqual([]);
});

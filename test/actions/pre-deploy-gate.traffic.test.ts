// The gate's procedure on a quiet service: the plan that its traffic cannot decide gives way, in the outputs and in the Deployment.
import { expect, test } from '@jest/globals';
import { inputs } from '../../actions/pre-deploy-gate/inputs.ts';
import { step } from '../../actions/pre-deploy-gate/pre-deploy-gate.ts';
import { keyOf, known } from '../../src/evidence/answer.ts';
import { deployStory, policyText, reviewStory } from '../checklist/story.ts';

const week = 7 * 24 * 3600;
const policy = `${policyText}metrics:
  sources: {main: {prometheus: "http://p.example"}}
  queries: {error-rate: {bad: 'b[{{window}}]', total: 'a[{{window}}]'}}
`;

function gate(perSecond: number, story = deployStory) {
  const world = story({ policy });
  const question = {
    kind: 'metric',
    provider: 'prometheus',
    options: { prometheus: 'http://p.example' },
    texts: [`b[${week}s]`, `a[${week}s]`],
    windowMs: week * 1000,
    agoMs: 0,
  } as const;
  const values = [0, perSecond * week].map((value) => ({ kind: 'value', value }) as const);
  world.github.network.set(keyOf(question), known(values));
  const empty = Object.fromEntries(Object.keys(inputs.shape).map((name) => [name, '']));
  return { world, outcome: step(world, inputs.parse(empty)) };
}

test.each([
  [1000, 'canary'],
  [0.01, 'direct'],
])('%d requests a second: %s', async (perSecond, plan) => {
  const { world, outcome } = gate(perSecond);

  expect((await outcome).outputs).toMatchObject({ plan });
  expect(world.github.deployments.map(({ payload }) => payload)).toContainEqual(
    expect.objectContaining({ kind: 'deploy', plan, version: expect.stringMatching(/^c/) }),
  );
});

test('before a merge nobody asks the traffic, and the plan is the one of the policy', async () => {
  const { world, outcome } = gate(0.01, reviewStory);

  expect((await outcome).outputs).toMatchObject({ plan: 'canary' });
  expect(world.github.asked.map(({ kind }) => kind)).not.toContain('metric');
});

// The presets against themselves: no plan that a preset gives to a type or tier fails what the same preset asks of plans.
import { describe, expect, test } from '@jest/globals';
import { type Inputs, inputs } from '../../actions/pre-deploy-gate/inputs.ts';
import { step } from '../../actions/pre-deploy-gate/pre-deploy-gate.ts';
import { effective } from '../../src/policy/effective.ts';
import { readPolicy } from '../../src/policy/policy.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import { aPull, deployStory, files, minute, noon, sha } from './story.ts';

const names = [
  'starter',
  'standard-sop',
  'strict-blue-green',
  'rolling-baseline',
  'production-checklist',
  'risk-tiered',
];
/** Lines that look at nothing but the plan. */
const ofPlans = [
  'plan-chosen',
  'strategy-chosen',
  'gradual-rollout-for-high-risk',
  'gradual-plan-scheduled',
  'production-stage-time',
];

function typesOf(name: string): readonly string[] {
  const read = readPolicy(textOf(name), vocabulary, { path: 'p.yml' });
  const seen = read.kind === 'policy' ? effective(read.policy, { environment: 'production' }) : undefined;
  return seen?.kind === 'effective' ? seen.effective.types.map((type) => type.name) : [];
}

const textOf = (name: string) => `version: 1\ntimezone: Europe/Berlin\nextends: ${name}@1\n`;
const nothingGiven: Inputs = inputs.parse(Object.fromEntries(Object.keys(inputs.shape).map((key) => [key, ''])));
/** The label that makes a change one of the type, where it is not the type's own name; and the file, where that does. */
const labels: Readonly<Record<string, string>> = {
  'standard-sop feature-flag': 'flag-only',
  'risk-tiered user-experience': 'ux',
};
const paths: Readonly<Record<string, string>> = { payment: 'src/payment/refund.ts', ai: 'src/ai/answer.ts' };

describe.each(names)('preset %s', (name) => {
  test.each(typesOf(name))('meets with a change of the type %s what it asks of plans', async (type) => {
    const label = labels[`${name} ${type}`] ?? type;
    const pull = aPull({ number: 482, labels: [label], mergedAt: noon - 25 * minute, mergeSha: sha('c') });
    const changed = files(paths[type] ?? 'src/shop.ts');
    const world = deployStory({ policy: textOf(name), pulls: [pull], comparison: { files: changed } });
    for (const id of ofPlans) world.github.files.set(`.github/attestations/${id}.yml`, 'by: alice\nat: 2026-11-01\n');
    const { result } = await step(world, nothingGiven);
    const told = JSON.parse(JSON.stringify(result));

    expect(told.type).toBe(type);
    expect(
      told.findings
        .filter(({ id, outcome }: any) => ofPlans.includes(id) && outcome !== 'pass' && outcome !== 'not-applicable')
        .map(({ id, evidence }: any) => [id, evidence]),
    ).toEqual([]);
  });
});

// The gate's bundle over three deployments: what the first owes, how the next gate asks for it, and how it is given.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { StepResult } from '../world/runner/types.ts';
import { shopPolicy, type Town } from '../world/town.ts';
import { errorsOf, landed, townOfBundles, warningsOf } from './ground.ts';

let town: Town;

beforeAll(async () => {
  town = await townOfBundles({
    policy: shopPolicy().replace(
      '  - ci-all-green\n',
      `  - ci-all-green
  - {id: retrospective, moment: after, within: 1s}
  - {id: git-tag-after, moment: after, within: 1s}
`,
    ),
  });
});
afterAll(() => town.stop());

/** Gate and finish of one commit, in a run of their own. */
async function deploy(sha: string): Promise<{ readonly gate: StepResult; readonly finish: StepResult }> {
  const job = town.job({ sha });
  const gate = await job.uses('pre-deploy-gate', { with: { comment: 'false' } });
  const finish = await job.uses('pre-deploy-gate', { with: { comment: 'false', mode: 'finish' } });
  await job.finish();
  expect([gate.outputs.verdict, errorsOf(gate), finish.outputs.verdict]).toEqual(['open', [], 'finished']);
  return { gate, finish };
}

const openIn = (step: StepResult): readonly string[] =>
  (JSON.parse(step.outputs['open-findings'] ?? '[]') as { id: string }[])
    .map(({ id }) => id)
    .filter((id) => id.startsWith('owed-'));

describe('what a deployment owes', () => {
  test('is listed by its gate, shown when it ends, asked for by the next gate, and settled by a word and a tag', async () => {
    const first = landed(town);
    const begun = await deploy(first.sha);
    const id = begun.gate.outputs['deployment-id'];

    // What is owed within a second is overdue after it; GitHub tells whole seconds.
    await sleep(2_000);
    const second = await deploy(landed(town).sha);
    town.repo.comment(first.pull, 'linus', '/signoff retrospective');
    town.repo.tag('deploy/1', first.sha);
    const third = await deploy(landed(town).sha);

    expect(begun.gate.summary).toContain('Owed after this deployment');
    expect(begun.finish.summary).toContain('2 of 2 open');
    expect(openIn(second.gate)).toEqual([`owed-${id}-retrospective`, `owed-${id}-git-tag-after`]);
    expect(second.gate.summary).toContain('overdue since');
    expect(warningsOf(second.gate).join('\n')).toContain('Retrospective');
    expect(openIn(third.gate).filter((one) => one.includes(`owed-${id}-`))).toEqual([]);
    town.github.assertClean();
  });
});

// Workflows, action files and the examples of the docs, judged by GitHub's own language service.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { faultsOf } from './world/language.ts';

const actions = ['canary-step', 'migrate', 'pre-deploy-gate', 'rollback', 'smoke-test'];
const workflows = ['.github/workflows', 'docs/examples'].flatMap((folder) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => join(folder, name)),
);
describe('GitHub accepts', () => {
  test.each([...workflows, ...actions.map((name) => join('actions', name, 'action.yml'))])('%s', async (path) => {
    expect(await faultsOf(path, readFileSync(path, 'utf8'))).toEqual([]);
  });

  test('nothing with an input that an action does not have', async () => {
    const text = readFileSync('docs/examples/rollback.yml', 'utf8').replace('with: { to:', 'with: { two:');

    expect((await faultsOf('docs/examples/rollback.yml', text)).join()).toContain('two');
  });
});

describe('our workflows', () => {
  test('name our actions by owner and release tag, and set only inputs that they have', () => {
    for (const path of workflows) {
      for (const [uses, given] of stepsOf(parse(readFileSync(path, 'utf8')))) {
        expect(uses).not.toMatch(/^\.\//);
        const name = /^boring-deploys\/boring-deploys\/actions\/([a-z-]+)@v1$/.exec(uses)?.[1];
        if (uses.includes('boring-deploys/actions/')) expect(name).toBeDefined();
        if (name === undefined) continue;
        const { inputs } = parse(readFileSync(join('actions', name, 'action.yml'), 'utf8'));
        expect(Object.keys(inputs)).toEqual(expect.arrayContaining([...given]));
      }
    }
  });

  test('offer in the rollback example exactly inputs that the action has, all optional', () => {
    const { inputs } = parse(readFileSync('actions/rollback/action.yml', 'utf8'));
    const dispatch = parse(readFileSync('docs/examples/rollback.yml', 'utf8')).on.workflow_dispatch.inputs;

    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(dispatch)));
    expect(Object.values<any>(dispatch).some((one) => one?.required === true)).toBe(false);
  });

  test('never splice an expression into a script', () => {
    for (const path of workflows) {
      for (const job of Object.values<any>(parse(readFileSync(path, 'utf8')).jobs)) {
        for (const step of job.steps ?? []) expect(step.run ?? '').not.toContain('${{');
      }
    }
  });
});

function stepsOf(workflow: any): readonly (readonly [string, readonly string[]])[] {
  return Object.values<any>(workflow.jobs).flatMap((job) =>
    (job.steps ?? [])
      .filter((step: any) => step.uses !== undefined)
      .map((step: any) => [step.uses, Object.keys(step.with ?? {})] as const),
  );
}

// Workflows, action files and the examples of the docs, judged by GitHub's own language service.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { faultsOf } from './world/language.ts';
import { deployPermissions } from './world/town/run.ts';

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

  test('let the job that goes back start and stop other workflows, and no other job', () => {
    let back = 0;
    for (const path of workflows) {
      const { jobs, permissions } = parse(readFileSync(path, 'utf8'));
      for (const [id, job] of Object.entries<any>(jobs)) {
        const uses = (job.steps ?? []).map(({ uses = '' }) => uses);
        const goesBack = uses.some((one: string) => one.includes('/actions/rollback@'));
        if (goesBack) back += 1;
        // One that calls a workflow lends what the called jobs take.
        if (job.uses !== undefined) continue;
        const access = (job.permissions ?? permissions)?.actions;
        expect([path, id, access === 'write']).toEqual([path, id, goesBack]);
      }
    }
    expect(back).toBeGreaterThan(4);
  });

  test('lend to a called workflow of ours what its jobs ask for', () => {
    const rank = ['none', 'read', 'write'];
    let called = 0;
    for (const path of workflows) {
      for (const job of Object.values<any>(parse(readFileSync(path, 'utf8')).jobs)) {
        const name = /^boring-deploys\/boring-deploys\/(\S+\.yml)@v1$/.exec(job.uses ?? '')?.[1];
        if (name === undefined) continue;
        called += 1;
        for (const { permissions } of Object.values<any>(parse(readFileSync(name, 'utf8')).jobs)) {
          for (const [scope, level] of Object.entries<any>(permissions))
            expect([path, scope, rank.indexOf(job.permissions[scope] ?? 'none')]).toEqual([
              path,
              scope,
              Math.max(rank.indexOf(level), rank.indexOf(job.permissions[scope] ?? 'none')),
            ]);
        }
      }
    }
    expect(called).toBeGreaterThan(1);
  });

  test('have in the town the token that GitHub gives their job', () => {
    const { jobs } = parse(readFileSync('.github/workflows/deploy.yml', 'utf8'));

    expect(deployPermissions).toEqual(jobs.deploy.permissions);
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

// What smoke-test and migrate tell people: done when a pass was the last thing asked, held when something failed, a contract migration that is in.
import { describe, expect, test } from '@jest/globals';
import { inputs as shape } from '../../actions/smoke-test/inputs.ts';
import { step } from '../../actions/smoke-test/smoke-test.ts';
import { tellingsOf } from '../../src/migration/telling.ts';
import { effective } from '../../src/policy/effective.ts';
import { readPolicy } from '../../src/policy/policy.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import type { HttpReply, HttpRequest } from '../../src/world.ts';
import { forwardPayload } from '../record/deployments.ts';
import { anEvidence } from '../record/evidences.ts';
import { memoryWorld, sha } from '../world/memory/world.ts';

const policy = `
version: 1
environments: {production: {url: "https://shop.example"}}
smoke: {suite: .github/smoke.yml}
announce: [{id: team, when: [held, done, promoted], webhook: "https://hooks.example/x"}]
`;
const suite = `version: 1
ready: {within: 10s, every: 1s, http: {url: /version}, expect: {json: {version: "{{ deployment.version }}"}}}
checks:
  - {id: home, http: {url: /}}
`;
const blank = Object.fromEntries(Object.keys(shape.shape).map((name) => [name, '']));

async function tested(status: number, change: { readonly dryRun?: boolean } = {}) {
  const reply: HttpReply = {
    kind: 'reply',
    status: 200,
    headers: {},
    body: '{"version":"v1.8.0"}',
    truncated: false,
    durationMs: 5,
  };
  const http = ({ url }: HttpRequest) => (url.endsWith('/version') ? reply : { ...reply, status });
  const world = memoryWorld({ policy, http });
  world.github.files.set('.github/smoke.yml', suite);
  const run = { id: 7001, attempt: 1, url: 'https://github.example/run' };
  const payload = forwardPayload({ sha: sha('c'), plan: 'direct', run });
  const made = { sha: sha('c'), environment: 'production', task: 'deploy' as const, description: '', payload };
  const { id } = await world.github.store.create(made);
  world.github.say(id, { state: 'in_progress', description: 'gate open: tier medium, plan direct', logUrl: '' });
  return step(world, shape.parse({ ...blank, ...(change.dryRun ? { 'dry-run': 'true' } : {}) }));
}

describe('smoke-test', () => {
  test('tells that the deployment is done when its pass was the last thing asked', async () => {
    const { verdict, announcements } = await tested(200);

    expect(verdict).toBe('pass');
    expect(announcements?.map(({ key }) => key)).toEqual(['done production 9001']);
  });

  test('tells that a failure holds it, and why', async () => {
    const { verdict, announcements } = await tested(500);

    expect(verdict).toBe('fail');
    expect(announcements?.map(({ key }) => key)).toEqual(['held production 9001 smoke']);
    expect(announcements?.[0]?.progress).toMatch(/^smoke test: /);
  });

  test('under dry-run only shows it', async () => {
    expect((await tested(200, { dryRun: true })).announcements).toEqual([expect.objectContaining({ silent: true })]);
  });
});

describe('migrate', () => {
  const read = readPolicy(policy, vocabulary, { path: 'p.yml' });
  const seen = read.kind === 'policy' ? effective(read.policy, { environment: 'production' }) : undefined;
  const scene: any = {
    policy: seen?.kind === 'effective' ? seen.effective : undefined,
    run: { triggeringActor: 'alice' },
  };
  const account = (verdict: string, compatibility: string, walked: object | undefined = {}): any => ({
    judgement: { verdict },
    walked,
    due: [{ file: { id: 'V044' }, compatible: { compatibility } }],
  });
  const evidence = anEvidence({ environment: 'production', unit: '', deploymentId: 9001 });

  test.each([
    ['applied', 'contract', ['promoted production 9001 migration']],
    ['applied', 'expand', []],
    ['failed', 'expand', ['held production 9001 migration']],
    ['reverted', 'contract', ['held production 9001 migration']],
  ])('%s of a migration that is %s: %j', (verdict, compatibility, keys) => {
    expect(tellingsOf(scene, account(verdict, compatibility), evidence, false).map(({ key }) => key)).toEqual(keys);
  });

  test('says where a rollback ends from now on', () => {
    const [event] = tellingsOf(scene, account('applied', 'contract'), evidence, false);

    expect(event?.wayBack).toContain('from now on rollback ends');
    expect(event?.title).toContain('V044');
  });

  test('tells nothing of a look', () => {
    const look = { ...account('failed', 'expand'), walked: undefined };

    expect(tellingsOf(scene, look, evidence, false)).toEqual([]);
  });
});

// Evidence is kept as one completed check run, once, or it is said why not.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { NewRecord } from '../../../src/io/github/records.ts';
import { begin, type Ground, openGround } from './ground.ts';

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(async () => {
  await ground.close();
});

function record(parts: Partial<NewRecord> = {}): NewRecord {
  return {
    name: 'boring-deploys / pre-deploy-gate / production',
    sha: ground.repo.head(),
    conclusion: 'success',
    title: 'open',
    summary: '| a |',
    text: '{"verdict":"open"}',
    externalId: 'v1:7:1:gate:abc',
    detailsUrl: 'https://github.com/octo-org/shop/actions/runs/7',
    completedAt: Date.parse(begin),
    ...parts,
  };
}

describe('keeping evidence', () => {
  test('makes a completed check run, read back as a record', async () => {
    const { keepEvidence, ask } = ground.github();

    const kept = await keepEvidence(record());

    const [made] = ground.repo.checkRunsOf(ground.repo.head());
    expect(kept).toEqual({ kept: true, id: made?.id, url: expect.stringContaining('octo-org/shop') });
    expect(made).toMatchObject({ status: 'completed', conclusion: 'success', externalId: 'v1:7:1:gate:abc' });
    const told = await ask({ kind: 'records', sha: ground.repo.head() });
    expect(told).toMatchObject({
      kind: 'known',
      value: [{ id: made?.id, text: '{"verdict":"open"}', app: 'github-actions' }],
    });
    ground.fake.assertClean();
  });

  test('twice keeps one, another external id keeps another', async () => {
    const { keepEvidence } = ground.github();

    const first = await keepEvidence(record());
    const again = await keepEvidence(record());
    await keepEvidence(record({ externalId: 'v1:7:2:gate:def' }));

    expect(again).toEqual(first);
    expect(ground.repo.checkRunsOf(ground.repo.head())).toHaveLength(2);
    ground.fake.assertClean();
  });

  test.each([{ reset: true }, { status: 502 }])('keeps one, though the answer got lost (%j)', async (fault) => {
    ground.fake.faults.add({ match: 'POST /repos/octo-org/shop/check-runs', applied: true, ...fault });

    expect(await ground.github().keepEvidence(record())).toMatchObject({ kept: true });
    expect(ground.repo.checkRunsOf(ground.repo.head())).toHaveLength(1);
  });

  test('is seen at once by us, though lists lag', async () => {
    ground.fake.faults.lagLists({ reads: 9 });
    const { keepEvidence, ask } = ground.github();

    await keepEvidence(record());

    const told = await ask({ kind: 'records', sha: ground.repo.head() });
    expect(told).toMatchObject({ kind: 'known', value: [{ externalId: 'v1:7:1:gate:abc' }] });
  });

  test.each(['read-only', 'nothing'])('without the permission (%s) says which, and does not throw', async (has) => {
    const permissions = has === 'nothing' ? {} : ({ checks: 'read' } as const);
    const line = has === 'nothing' ? 'checks: read' : 'checks: write';

    const kept = await ground.github({}, { permissions }).keepEvidence(record());

    expect(kept).toEqual({ kept: false, because: expect.stringContaining(`\`${line}\``) });
    ground.fake.assertClean();
  });

  test('from a fork says that nothing can be written', async () => {
    const run = {
      event: 'pull_request',
      id: 7,
      pull: { number: 1, headSha: 'a', baseSha: 'b', fork: true, labels: [] },
    };
    const { keepEvidence } = ground.github({ run }, { permissions: 'write-all', fork: true });

    const kept = await keepEvidence(record());

    expect(kept).toEqual({ kept: false, because: expect.stringContaining('nothing can be written') });
    expect(ground.repo.checkRunsOf(ground.repo.head())).toEqual([]);
  });

  test("with a personal token is refused in GitHub's words", async () => {
    ground.repo.collaborator('alice', 'write');

    const kept = await ground.github({}, { as: 'alice', permissions: 'write-all' }).keepEvidence(record());

    expect(kept).toEqual({ kept: false, because: expect.stringContaining('You must authenticate via a GitHub App') });
  });

  test('takes secrets out of title, summary and text, and the text stays JSON', async () => {
    const { keepEvidence } = ground.github({ secrets: () => ['s3cr3t-canary'] });

    await keepEvidence(record({ title: 's3cr3t-canary', summary: 'a s3cr3t-canary', text: '{"a":"s3cr3t-canary"}' }));

    expect(ground.repo.checkRunsOf(ground.repo.head())[0]?.output).toMatchObject({
      title: '***',
      summary: 'a ***',
      text: '{"a":"***"}',
    });
  });
});

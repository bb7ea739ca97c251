// helm as a way back, by recorded outputs of its command line (helm 3): which revision is taken, and what is never touched.
import { describe, expect, test } from '@jest/globals';
import { createRedeployer } from '../../../src/io/redeploys/redeployer.ts';
import type { CommandOptions } from '../../../src/world.ts';

interface Revision {
  readonly revision: number;
  readonly status: string;
  readonly app_version: string;
  readonly description?: string;
}

const row = (revision: number, status: string, version: string): Revision => ({
  revision,
  status,
  app_version: version,
  description: 'Upgrade complete',
});
const target = { sha: 'a'.repeat(40), version: 'v1.7.4', artifact: [] };

function release(revisions: Revision[], stderr = '') {
  const calls: string[] = [];
  const command = async ({ line }: CommandOptions) => {
    const words = [...line];
    calls.push(words.slice(1).join(' '));
    if (words[1] === 'history') return reply(JSON.stringify(revisions));
    if (stderr !== '') return { code: 1, stdout: '', stderr, timedOut: false };
    const from = revisions.find(({ revision }) => String(revision) === words[3]);
    const before = revisions.pop();
    if (before !== undefined) revisions.push({ ...before, status: 'superseded' });
    revisions.push({
      ...row(revisions.length + 1, 'deployed', from?.app_version ?? ''),
      description: `Rollback to ${words[3]}`,
    });
    return reply('Rollback was a success! Happy Helming!');
  };
  const options = { release: 'shop', namespace: 'prod' };
  return { calls, redeployer: createRedeployer({ by: 'helm', options, environment: 'production', side: '' }, command) };
}

function reply(stdout: string) {
  return { code: 0, stdout, stderr: '', timedOut: false };
}

describe('helm', () => {
  test('takes the newest revision that ended well and has the version, never the one before', async () => {
    const { calls, redeployer } = release([
      row(1, 'superseded', 'v1.7.4'),
      row(2, 'superseded', 'v1.7.4'),
      row(3, 'failed', 'v1.7.4'),
      row(4, 'deployed', 'v1.8.0'),
    ]);

    expect(await redeployer.bring(target, 60_000)).toMatchObject({ ok: true });
    expect(calls).toContain('rollback shop 2 --wait --timeout=60s --namespace prod');
  });

  test('done twice it rolls back once', async () => {
    const { calls, redeployer } = release([row(1, 'superseded', 'v1.7.4'), row(2, 'deployed', 'v1.8.0')]);
    await redeployer.bring(target, 60_000);

    expect(await redeployer.bring(target, 60_000)).toMatchObject({ ok: true });
    expect(calls.filter((call) => call.startsWith('rollback'))).toHaveLength(1);
  });

  test('a version without the letter v is the same', async () => {
    const { redeployer } = release([row(1, 'superseded', '1.7.4'), row(2, 'deployed', '1.8.0')]);

    expect(await redeployer.bring(target, 60_000)).toMatchObject({ ok: true });
  });

  test.each(['pending-install', 'pending-upgrade', 'pending-rollback'])('%s is never touched', async (status) => {
    const { calls, redeployer } = release([row(1, 'superseded', 'v1.7.4'), row(2, status, 'v1.8.0')]);

    expect(await redeployer.bring(target, 60_000)).toMatchObject({ ok: false, words: expect.stringContaining(status) });
    expect(calls.some((call) => call.startsWith('rollback'))).toBe(false);
  });

  test('a version that only failed is no target', async () => {
    const { redeployer } = release([row(1, 'failed', 'v1.7.4'), row(2, 'deployed', 'v1.8.0')]);

    const brought = await redeployer.bring(target, 60_000);

    expect(brought).toMatchObject({ ok: false });
    expect(brought.words).toContain('no revision of shop that ended well has v1.7.4');
  });

  test('what helm says of its failure is handed on', async () => {
    const said = 'Error: timed out waiting for the condition';
    const { redeployer } = release([row(1, 'superseded', 'v1.7.4'), row(2, 'deployed', 'v1.8.0')], said);

    expect((await redeployer.bring(target, 60_000)).words).toContain('timed out waiting for the condition');
  });
});

// Which contract files are due: by the releases that brought them, and what became of the one before.
import { expect, test } from '@jest/globals';
import { readersOf } from '../../src/migration/readers.ts';
import type { Scene } from '../../src/migration/scene.ts';
import type { Attempt } from '../../src/record/history.ts';
import { files } from '../io/migrations/server.ts';

const hour = 3_600_000;
const [file] = files({ 'V002__drop.sql': 'alter table orders drop column note;' });

interface Past {
  readonly id: number;
  readonly succeededAt?: number;
  readonly brings?: boolean;
  readonly ended?: 'retired' | 'left';
  readonly rolledBack?: boolean;
  /** On its way still. */
  readonly busy?: boolean;
}

function attempt({ id, succeededAt, brings = false, ended, rolledBack = false, busy = false }: Past): Attempt {
  const happened = [
    ...(ended === undefined ? [] : [{ kind: 'ended', how: ended, detail: '' }]),
    ...(rolledBack ? [{ kind: 'rolled-back', to: 'v1', deploymentId: 1 }] : []),
  ].map((entry) => ({ state: 'inactive', entry, at: 0, logUrl: '' }));
  const payload = {
    kind: 'deploy',
    version: `v${id}`,
    migrations: brings ? [{ id: 'V002', path: file?.path, sha256: '' }] : [],
  };
  const done = succeededAt === undefined ? {} : { succeededAt, endedAt: succeededAt };
  return {
    id,
    sha: 'a',
    task: 'deploy',
    payload,
    happened,
    state: busy ? 'in_progress' : 'success',
    ...done,
  } as unknown as Attempt;
}

function due(past: readonly Past[], after: 'after-retire' | number = 'after-retire', keepOldMs?: number) {
  const scene = {
    history: { attempts: past.map(attempt).sort((a, b) => b.id - a.id), foreign: 0, malformed: 0, unsigned: [] },
    parent: { id: 9 },
    settings: { contractAfter: after },
    policy: keepOldMs === undefined ? {} : { traffic: { keepOldMs } },
  } as unknown as Scene;
  const { retired, waiting } = readersOf(file === undefined ? [] : [file], scene, 10 * hour);
  return retired.has('V002') ? 'due' : (waiting.get('V002') ?? 'not said');
}

const before = { id: 1, succeededAt: 0 };
const brought = { id: 2, succeededAt: 8 * hour, brings: true };

test.each<[string, readonly Past[], string]>([
  ['waits while no release has brought it', [before], 'no release that brought it has succeeded yet'],
  [
    'waits while the release that brought it is on its way',
    [before, { id: 2, brings: true }],
    'no release that brought it has succeeded yet',
  ],
  [
    'waits for the version before, which is the way back',
    [before, brought],
    'v1 reads the old schema and is kept as the way back',
  ],
  ['is due when that one is retired', [{ ...before, ended: 'retired' }, brought], 'due'],
  [
    'is not due because its run is over',
    [{ ...before, ended: 'left' }, brought],
    'v1 reads the old schema and is kept as the way back',
  ],
  ['is due when a later release has taken its place', [before, brought, { id: 3, succeededAt: 9 * hour }], 'due'],
  [
    'a later release that was rolled back does not count',
    [before, brought, { id: 3, succeededAt: 9 * hour, rolledBack: true }],
    'v1 reads the old schema and is kept as the way back',
  ],
  ['is due where nothing ran before', [brought], 'due'],
  [
    'waits for a deployment from before it that is on its way',
    [{ id: 1, busy: true }, brought],
    'deployment 1, from before it, is not finished',
  ],
  ['does not wait for one that came after it', [brought, { id: 3, busy: true }], 'due'],
])('a contract file %s', (_what, past, expected) => {
  expect(due(past)).toBe(expected);
});

test.each([
  [3 * hour, 'it is due at 1970-01-01 11:00 UTC'],
  [2 * hour, 'due'],
  [hour, 'due'],
])('separation.contract of %d ms counts from the success of the release that brought it', (after, expected) => {
  expect(due([before, brought], after)).toBe(expected);
});

test('the kept old side counts from the same success', () => {
  expect(due([before, brought], 'after-retire', 3 * hour)).toBe('it is due at 1970-01-01 11:00 UTC');
  expect(due([before, brought], 'after-retire', 2 * hour)).toBe('due');
});

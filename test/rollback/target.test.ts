// The last known good version over hard histories.
import { describe, expect, test } from '@jest/globals';
import type { DeploymentFact } from '../../src/evidence/fact.ts';
import { readHistory } from '../../src/record/history.ts';
import { schemaGuard } from '../../src/rollback/guard.ts';
import { finishedRollback, type Pressed, readPress } from '../../src/rollback/press.ts';
import { lastKnownGood, namedTarget } from '../../src/rollback/target.ts';
import { commit, forward, halfWay, migrated, promoted, restoredSaid, rolledBack, turnedBack } from './story.ts';

const hour = 3_600_000;
const now = Date.UTC(2026, 10, 18, 8, 0, 0);
const look = { now, minAgeMs: hour, leg: '' };

function history(...facts: readonly DeploymentFact[]) {
  return readHistory(facts, { environment: 'production', unit: '' });
}

function target(...facts: readonly DeploymentFact[]): string {
  const read = lastKnownGood(history(...facts), look);
  return read.kind === 'target' ? `${read.target.version}${read.target.side}` : `none: ${read.because}`;
}

const a = forward({ id: 1, letter: 'a', said: promoted });
const b = forward({ id: 2, letter: 'b', previous: { id: 1, letter: 'a' }, said: promoted });
const c = forward({ id: 3, letter: 'c', previous: { id: 2, letter: 'b' }, said: promoted });

describe('the last known good version', () => {
  test('is the success before the one that runs', () => {
    expect(target(a, b, c)).toBe('vb');
  });

  test('is the version it started from while the newest is half-way, however young that is', () => {
    const young = forward({ id: 2, letter: 'b', at: 23.9, said: promoted });
    const half = forward({ id: 3, letter: 'c', at: 23.95, previous: { id: 2, letter: 'b' }, said: halfWay });

    expect(target(a, young, half)).toBe('vb');
  });

  test('is the stable side when what ran before was never recorded', () => {
    expect(target(forward({ id: 1, letter: 'a', said: halfWay }))).toBe('blue');
  });

  test('is not a version that was rolled back itself: after A good, B bad, C bad comes A', () => {
    const bad = forward({
      id: 2,
      letter: 'b',
      said: [...promoted, ['failure', { kind: 'rolled-back', to: 'va', deploymentId: 3 }]],
    });
    const back = rolledBack({ id: 3, letter: 'a', from: { id: 2, letter: 'b' }, said: restoredSaid });
    const next = forward({ id: 4, letter: 'c', previous: { id: 3, letter: 'a' }, said: promoted });

    expect(target(a, bad, back, next)).toBe('va');
  });

  test('is not a canary that turned back by itself', () => {
    const bad = forward({ id: 2, letter: 'b', previous: { id: 1, letter: 'a' }, said: turnedBack });
    const next = forward({ id: 3, letter: 'c', previous: { id: 1, letter: 'a' }, said: promoted });

    expect(target(a, bad, next)).toBe('va');
  });

  test('keeps its age when a canary came and turned back within its first hour', () => {
    const first = forward({ id: 1, letter: 'a', at: 1, said: promoted });
    const bad = forward({ id: 2, letter: 'b', at: 1.5, previous: { id: 1, letter: 'a' }, said: turnedBack });
    const next = forward({ id: 3, letter: 'c', at: 4, previous: { id: 1, letter: 'a' }, said: promoted });

    expect(target(first, bad, next)).toBe('va');
  });

  test('is good again after it succeeded going forward', () => {
    const bad = forward({ id: 2, letter: 'b', previous: { id: 1, letter: 'a' }, said: turnedBack });
    const again = forward({ id: 3, letter: 'b', said: promoted });
    const next = forward({ id: 4, letter: 'c', said: promoted });

    expect(target(a, bad, again, next)).toBe('vb');
  });

  test('skips redeployments of the same commit', () => {
    expect(target(a, b, forward({ id: 3, letter: 'b', said: promoted }))).toBe('va');
  });

  test.each([
    ['below', 3, 3.5, 'none'],
    ['at', 3, 4 + 2 / 60, 'vb'],
    ['above', 3, 6, 'vb'],
  ])('must have carried everybody for min-age: %s one hour', (_name, from, until, expected) => {
    const short = forward({ id: 2, letter: 'b', at: from, said: promoted });
    const next = forward({ id: 3, letter: 'c', at: until, said: promoted });

    expect(target(short, next)).toMatch(new RegExp(`^${expected}`));
  });

  test('does not exist on the first deployment, in another environment, or among GitHub’s own', () => {
    const own = {
      ...a,
      id: 9,
      payload: {},
      statuses: [{ state: 'success' as const, description: '', createdAt: 0, logUrl: '', creator: '' }],
    };

    expect(target(a)).toMatch(/^none: no older version ever succeeded/);
    expect(target({ ...a, environment: 'staging' }, b)).toMatch(/^none/);
    expect(target(own, b)).toMatch(/^none/);
  });

  test('can be named by sha or id when it succeeded here once, and only then', () => {
    const bad = forward({ id: 2, letter: 'b', said: turnedBack });

    expect(namedTarget(history(a, bad), commit('a'))?.version).toBe('va');
    expect(namedTarget(history(a, bad), '1')?.version).toBe('va');
    expect(namedTarget(history(a, bad), commit('b'))).toBeUndefined();
  });
});

describe('a press of the button', () => {
  const pressed: Pressed = {
    runId: 77,
    attempt: 1,
    event: 'workflow_dispatch',
    named: false,
    createdAt: now,
    isAlive: () => undefined,
    hungAfterMs: 600_000,
  };
  const done = rolledBack({ id: 4, letter: 'b', from: { id: 3, letter: 'c' }, said: restoredSaid });

  test('acts when the newest thing that happened is a deployment', () => {
    expect(readPress(history(a, b), pressed)).toEqual({ kind: 'act' });
  });

  test('confirms after a finished rollback, unless it names a target', () => {
    expect(readPress(history(a, b, c, done), pressed).kind).toBe('confirm');
    expect(readPress(history(a, b, c, done), { ...pressed, named: true }).kind).toBe('act');
  });

  test('confirms after a canary that turned back by itself', () => {
    expect(finishedRollback(history(a, forward({ id: 2, letter: 'b', said: turnedBack })))?.id).toBe(2);
  });

  test('goes on with its own rollback, and refuses when something newer was deployed', () => {
    const own = rolledBack({ id: 4, letter: 'b', runId: 77, from: { id: 3, letter: 'c' }, said: restoredSaid });
    const newer = forward({ id: 5, letter: 'd', said: promoted });

    expect(readPress(history(a, b, c, own), { ...pressed, attempt: 2 })).toMatchObject({ kind: 'resume' });
    expect(readPress(history(a, b, c, own, newer), { ...pressed, attempt: 2 })).toMatchObject({
      kind: 'refused',
      reason: 'stale-run',
    });
  });

  test('refuses a late re-run that never recorded anything', () => {
    const early = Date.UTC(2026, 10, 17, 10, 30, 0);

    expect(readPress(history(a, b), { ...pressed, attempt: 2, createdAt: early })).toMatchObject({
      reason: 'stale-run',
    });
    expect(readPress(history(a, b), { ...pressed, attempt: 1, createdAt: early }).kind).toBe('act');
  });

  test('in a deploying run acts only for what that run began', () => {
    const own = forward({ id: 3, letter: 'c', runId: 77, said: halfWay });

    expect(readPress(history(a, b), { ...pressed, event: 'push' }).kind).toBe('nothing-begun');
    expect(readPress(history(a, b, own), { ...pressed, event: 'push' }).kind).toBe('act');
  });

  const other = rolledBack({
    id: 4,
    letter: 'b',
    runId: 88,
    from: { id: 3, letter: 'c' },
    said: restoredSaid.slice(0, 1),
  });
  const moment = history(a, b, c, other);
  const began = moment.attempts[0]?.beganAt ?? Number.NaN;

  test.each([
    [true, 'refused'],
    [undefined, 'refused'],
    [false, 'act'],
  ])('meets another unfinished rollback whose run is alive: %s', (alive, kind) => {
    const soon = { ...pressed, createdAt: began, isAlive: () => alive };

    expect(readPress(moment, soon).kind).toBe(kind);
  });

  test.each([
    [599_999, 'refused'],
    [600_000, 'act'],
    [600_001, 'act'],
  ])('%d ms after another began, whose run GitHub still shows: %s', (ms, kind) => {
    const late = { ...pressed, createdAt: began + ms, isAlive: () => true };

    expect(readPress(moment, late).kind).toBe(kind);
  });
});

describe('the schema guard', () => {
  const applied = [
    ['success', { kind: 'migration', verdict: 'applied', count: 1, compatibility: 'contract' }],
  ] as const;

  test.each([
    ['contract', 2, 'closed'],
    ['expand', 2, 'holds'],
    ['contract', 1, 'holds'],
  ])('looks at a %s migration of Deployment %s when the target is Deployment 1', (compatibility, parent, kind) => {
    const child = migrated({ id: 9, letter: parent === 1 ? 'a' : 'b', parent, compatibility, said: applied });

    expect(schemaGuard(history(a, b, child), 1).kind).toBe(kind);
  });

  test.each([
    ['without an end', [], 'closed'],
    ['that failed before anything went in', [['failure', failed(0, 'none')]], 'holds'],
    ['that failed behind an expand file', [['failure', failed(1, 'expand')]], 'holds'],
    ['that failed behind a contract file', [['failure', failed(1, 'contract')]], 'closed'],
    ['that was killed and ended from the history', [['error', failed(1, 'contract')]], 'closed'],
  ] as const)('counts a contract migration %s by what of it is in', (_name, said, kind) => {
    const child = migrated({ id: 9, letter: 'b', parent: 2, compatibility: 'contract', said });

    expect(schemaGuard(history(a, b, child), 1).kind).toBe(kind);
  });

  test('counts a contract migration that belongs to no Deployment', () => {
    const child = migrated({ id: 9, letter: 'b', parent: null, compatibility: 'contract', said: applied });

    expect(schemaGuard(history(a, b, child), 1).kind).toBe('closed');
    expect(schemaGuard(history(a, b, child), undefined).kind).toBe('closed');
  });
});

function failed(count: number, compatibility: string) {
  return { kind: 'migration', verdict: 'failed', count, compatibility } as const;
}

// Which Deployment an action run is about.
import { describe, expect, test } from '@jest/globals';
import { findDeployment } from '../../src/record/found.ts';
import { readHistory } from '../../src/record/history.ts';
import {
  aDeployment,
  begun,
  forwardPayload,
  migrationPayload,
  minute,
  noon,
  rollbackPayload,
  shaOf,
  succeeded,
  turnedBack,
} from './deployments.ts';

const run = (id: number) => ({ id, attempt: 1, url: 'https://github.com/octo-org/shop/actions/runs/1' });
const history = readHistory(
  [
    aDeployment(1, forwardPayload({ sha: shaOf('a'), run: run(1) }), succeeded),
    aDeployment(2, forwardPayload({ sha: shaOf('b'), run: run(2) }), [{ entry: begun }]),
    aDeployment(3, migrationPayload({ sha: shaOf('b'), run: run(2), parent: 2 }), [{ entry: begun }]),
    aDeployment(4, forwardPayload({ sha: shaOf('c'), run: run(3) }), turnedBack),
    aDeployment(5, forwardPayload({ sha: shaOf('d'), run: run(4) }), [{ entry: begun }]),
    aDeployment(6, forwardPayload({ sha: shaOf('d'), run: run(4) }), [{ entry: begun }]),
  ],
  { environment: 'production', unit: '' },
);

describe('findDeployment', () => {
  test('takes the id that was named, and nothing else when there is none', () => {
    expect(findDeployment(history, { deploymentId: 4, runId: 2, sha: shaOf('a') })?.id).toBe(4);
    expect(findDeployment(history, { deploymentId: 77, runId: 2, sha: shaOf('a') })).toBeUndefined();
    expect(findDeployment(history, { deploymentId: 3, runId: 2 })).toBeUndefined();
  });

  test('takes the unfinished one of this run before the one of the commit, never a migration', () => {
    expect(findDeployment(history, { runId: 2, sha: shaOf('a') })?.id).toBe(2);
  });

  test('takes the lowest id while racing legs of this run have not ended theirs', () => {
    expect(findDeployment(history, { runId: 4 })?.id).toBe(5);
  });

  test('takes the newest of the commit that the event names, ended or not', () => {
    expect(findDeployment(history, { runId: 9, sha: shaOf('c') })?.id).toBe(4);
    expect(findDeployment(history, { runId: 9, sha: shaOf('e') })).toBeUndefined();
  });

  test('takes the newest open one when the event names no commit', () => {
    const done = readHistory(
      [
        aDeployment(1, forwardPayload({ run: run(1) }), succeeded),
        aDeployment(2, rollbackPayload({ run: run(2) }), turnedBack),
      ],
      { environment: 'production', unit: '' },
    );
    const endsAt = noon + 64 * minute;

    expect(findDeployment(history, { runId: 9 })?.id).toBe(6);
    expect(findDeployment(done, { runId: 9 })?.id).toBe(1);
    expect(findDeployment(done, { runId: 9, open: { now: endsAt + 1_000 - 1, forMs: 1_000 } })?.id).toBe(1);
    expect(findDeployment(done, { runId: 9, open: { now: endsAt + 1_000, forMs: 1_000 } })).toBeUndefined();
  });
});

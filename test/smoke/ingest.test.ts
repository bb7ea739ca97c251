// How old a report may be: one of an earlier run proves nothing about this version.
import { describe, expect, test } from '@jest/globals';
import { ingested } from '../../src/smoke/kinds/ingest.ts';
import { noNeighbours } from './town.ts';

const since = Date.UTC(2026, 10, 17, 10);

function port(text: string, changedAt: number): Parameters<typeof ingested>[0]['port'] {
  return {
    ...noNeighbours,
    http: async () => ({ kind: 'failed', because: 'none', unreachable: true, durationMs: 0 }),
    files: {
      ...noNeighbours.files,
      bytes: async (path) => (path === 'results.xml' ? new TextEncoder().encode(text) : undefined),
      changedAt: async () => changedAt,
    },
    clock: { now: () => since, steady: () => since, sleep: async () => undefined },
    cancelled: new AbortController().signal,
  };
}

async function staleness(timestamp: string, changedAt: number): Promise<string> {
  const stamp = timestamp === '' ? '' : ` timestamp="${timestamp}"`;
  const text = `<testsuite${stamp}><testcase name="a"/></testsuite>`;
  const { failures } = await ingested({ port: port(text, changedAt) }, 'results.xml', since);
  return failures.map(({ got }) => got).join();
}

describe('a report is of this run', () => {
  test.each([
    ['written as the run began', '', since],
    ['written within the 2 s that clocks differ', '', since - 2_000],
    ['begun within the 2 s that clocks differ', '2026-11-17T09:59:58Z', since],
    ['begun without a zone: it may have been west of here', '2026-11-16T22:00:01', since],
    ['of a machine whose clock is ahead', '2026-11-17T11:00:00Z', since + 3_600_000],
  ])('when %s', async (_name, timestamp, changedAt) => {
    expect(await staleness(timestamp, changedAt)).toBe('');
  });

  test.each([
    ['the file is older', '', since - 2_001, 'one of 2026-11-17T09:59:57.999Z'],
    [
      'the file is new, and what it says of itself older',
      '2026-11-17T09:59:57Z',
      since,
      'one of 2026-11-17T09:59:57.000Z',
    ],
    ['it is of another day, in any zone', '2026-11-16T21:00:00', since, 'one of 2026-11-17T09:00:00.000Z'],
  ])('not when %s', async (_name, timestamp, changedAt, got) => {
    expect(await staleness(timestamp, changedAt)).toBe(got);
  });
});

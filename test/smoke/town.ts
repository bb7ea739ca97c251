// Builders for smoke tests: a suite from lines of YAML, and a port whose service is a function and whose clock moves when told.
import { loadLibraries } from '../../src/smoke/library.ts';
import type { HttpRequest, NoReply, Reply, SmokePort } from '../../src/smoke/port.ts';
import { type Suite, suiteOrProblem } from '../../src/smoke/suite.ts';
import type { WalkOptions } from '../../src/smoke/walk.ts';
import { MemoryClock } from '../world/memory/clock.ts';

// Suites of tests are read at once, whatever they need.
await loadLibraries();

export function aSuite(text: string): Suite {
  return suiteOrProblem(`version: 1\n${text}`, 'smoke.yml');
}

export function aReply(change: Partial<Reply> = {}): Reply {
  return { kind: 'reply', status: 200, headers: {}, body: '', truncated: false, durationMs: 5, ...change };
}

export function noReply(change: Partial<NoReply> = {}): NoReply {
  return { kind: 'failed', because: 'connection refused by shop:80', unreachable: true, durationMs: 1, ...change };
}

const nothing = {
  kind: 'failed',
  because: 'no network here',
  unreachable: true,
  durationMs: 1,
  trouble: 'network',
} as const;

/** What a suite of HTTP checks alone never asks. */
export const noNeighbours: Pick<SmokePort, 'network' | 'command' | 'files'> = {
  network: { handshake: async () => nothing, names: async () => nothing, open: async () => nothing },
  command: async () => ({ code: 127, stdout: '', stderr: 'no command here', timedOut: false }),
  files: {
    read: async () => undefined,
    bytes: async () => undefined,
    changedAt: async () => undefined,
    walk: async () => ({ files: [], complete: true }),
  },
};

export interface Service extends SmokePort {
  readonly clock: MemoryClock;
  readonly sent: HttpRequest[];
  readonly cancel: () => void;
}

/** Answers by path (and method); every request takes 10 ms. */
export function aService(
  answer: (sent: HttpRequest, path: string) => Reply | NoReply | Promise<Reply | NoReply>,
): Service {
  const clock = new MemoryClock(Date.UTC(2026, 10, 17, 10));
  const cancelling = new AbortController();
  const sent: HttpRequest[] = [];
  return {
    clock,
    sent,
    cancelled: cancelling.signal,
    cancel: () => cancelling.abort(),
    ...noNeighbours,
    http: async (request) => {
      sent.push(request);
      await clock.sleep(10);
      return answer(request, new URL(request.url).pathname);
    },
  };
}

export function aWalk(change: Partial<WalkOptions> = {}): WalkOptions {
  return {
    address: { baseUrl: 'http://shop.example' },
    expected: { version: 'v1.8.0', sha: 'c'.repeat(40) },
    tags: [],
    budgetMs: 300_000,
    env: () => undefined,
    runId: '7001-1',
    runBegan: Date.UTC(2026, 10, 17, 9, 59),
    environment: 'production',
    review: false,
    ...change,
  };
}

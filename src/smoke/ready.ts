// The gate before the checks: asks on fresh connections until the pinned version answers, so that the old one is not tested by mistake.
import type { Failure } from './failure.ts';
import type { NoReply, Reply, SmokePort } from './port.ts';
import { type Trace, traceOf } from './trace.ts';

export interface Gate {
  /** What it asks: `GET https://shop.example/version`. */
  readonly question: string;
  /** Asks once. */
  readonly ask: (timeoutMs: number) => Promise<Reply | NoReply>;
  /** What speaks against the answer; empty when the right version answered. */
  readonly judge: (reply: Reply) => readonly Failure[];
  readonly withinMs: number;
  readonly everyMs: number;
  readonly timeoutMs: number;
  /** How often in a row it must answer right: several instances may stand behind one address. */
  readonly consecutive: number;
}

export type Readiness = {
  readonly asked: number;
  readonly waitedMs: number;
  /** What was asked, as people see it; said where it was in vain. */
  readonly question?: string;
  /** What the last answer said. */
  readonly last: readonly Failure[];
  /** Who was asked last, and where the time went. */
  readonly trace?: Trace;
  /** Who gave the right answers that count, each once. */
  readonly peers?: readonly string[];
  /** How long it might have waited, where the budget ended it before. */
  readonly withinMs?: number;
} & {
  readonly kind: 'ready' | 'unreachable' | 'cancelled' | 'failing' | 'unfinished' | 'another-version' | 'unaskable';
};

/** Waits. `failing`: the last answer was a server error; `unfinished`: so it was when the budget ended the wait, which had time left;
 * `another-version`: it answered well, but is not the one we wait for; `unaskable`: the suite or the runner does not let it be asked, and waiting
 * changes nothing about that. */
export async function waitUntilReady(
  port: Pick<SmokePort, 'clock' | 'cancelled'>,
  gate: Gate,
  deadline: number,
): Promise<Readiness> {
  const began = port.clock.steady();
  const until = Math.min(deadline, began + gate.withinMs);
  let [asked, inARow, answered] = [0, 0, false];
  let last: readonly Failure[] = [];
  let failing = false;
  let trace: Trace | undefined;
  let peers: readonly string[] = [];
  for (;;) {
    const left = until - port.clock.steady();
    if (port.cancelled.aborted || left <= 0) break;
    const reply = await gate.ask(Math.min(gate.timeoutMs, left));
    asked += 1;
    const waitedMs = port.clock.steady() - began;
    if (reply.kind === 'failed' && reply.trouble === 'refused')
      return { kind: 'unaskable', asked, waitedMs, last: [unanswered(reply.because)] };
    // Cut short by the end of the wait, not by the service: what was said before stands.
    if (reply.kind === 'failed' && reply.trouble === 'timeout' && asked > 1 && left < gate.timeoutMs) break;
    answered ||= reply.kind === 'reply' || !reply.unreachable;
    trace = traceOf(reply);
    failing = reply.kind === 'failed' || reply.status >= 500;
    last = reply.kind === 'reply' ? gate.judge(reply) : [unanswered(reply.because)];
    inARow = last.length === 0 ? inARow + 1 : 0;
    peers = inARow === 0 ? [] : [...new Set([...peers, ...(reply.peer === undefined ? [] : [reply.peer])])];
    if (inARow >= gate.consecutive) return { kind: 'ready', asked, waitedMs, last, peers };
    await port.clock.sleep(Math.max(0, Math.min(gate.everyMs, until - port.clock.steady())), port.cancelled);
  }
  const told = { asked, waitedMs: port.clock.steady() - began, last, ...(trace === undefined ? {} : { trace }) };
  if (port.cancelled.aborted) return { kind: 'cancelled', ...told };
  if (!answered) return { kind: 'unreachable', ...told };
  if (failing && deadline < began + gate.withinMs) return { kind: 'unfinished', withinMs: gate.withinMs, ...told };
  return { kind: failing ? 'failing' : 'another-version', ...told };
}

function unanswered(because: string): Failure {
  return { about: 'answer', expected: 'an answer', got: because };
}

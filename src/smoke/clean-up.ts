// Removes what the checks of a walk made: last made, first removed, whatever happened in between.
import { formatDuration } from '../kit/duration.ts';
import type { Jar } from './cookie.ts';
import { exchange, type Transport } from './exchange.ts';
import { outgoingOf } from './outgoing.ts';
import type { CleanedUp } from './result.ts';
import type { SuiteRequest } from './shape.ts';
import { namesIn } from './template.ts';

/** A clean-up that is owed, with all that was known when its check came back. */
export interface Owed {
  readonly id: string;
  readonly request: SuiteRequest;
  readonly jar: Jar;
  /** False where nobody can tell whether something was made: then nothing is told of a clean-up that has no name to go by. */
  readonly sure: boolean;
}

/** Adds a clean-up; the same one of an attempt before is done once. */
export function owe(owed: Map<string, Owed>, one: Owed): void {
  const key = JSON.stringify([one.id, one.request]);
  const before = owed.get(key);
  // It comes to stand behind all others.
  owed.delete(key);
  owed.set(key, { ...one, sure: one.sure || before?.sure === true });
}

/** Time for all clean-ups together, also after a cancel: the runner kills a cancelled job after 7.5 s. */
const allMs = 5_000;
const leastMs = 1_000;

/** Never throws and never changes the verdict. What was left is told. */
export async function cleanUp(transport: Transport, owed: readonly Owed[]): Promise<readonly CleanedUp[]> {
  const until = transport.port.clock.steady() + allMs;
  const done: CleanedUp[] = [];
  const due = owed.filter(({ sure, request }) => sure || namesIn(request).length === 0).reverse();
  for (const one of due) {
    const left = until - transport.port.clock.steady();
    // One that hangs leaves the others their time.
    const share = Math.min(left, Math.max(leastMs, left / (due.length - done.length)));
    done.push({ id: one.id, because: transport.secrets.clean(await cleanedUp(transport, one, share)) });
  }
  return done;
}

async function cleanedUp(transport: Transport, { request: asked, jar }: Owed, timeoutMs: number): Promise<string> {
  const nameless = namesIn(asked);
  if (nameless.length > 0) return `not tried: ${nameless.join(', ')} was not captured`;
  if (timeoutMs <= 0) return `not tried: the ${formatDuration(allMs)} for all clean-ups were over`;
  const request = await outgoingOf(asked, {}, transport.address, transport.port.files);
  if ('because' in request) return request.because;
  const cookies = asked.cookies;
  const reply = await exchange(transport, { request, redirects: 'none', cookies, jar, timeoutMs, despiteCancel: true });
  if (reply.kind === 'failed') return reply.because;
  return reply.status < 300 || [404, 410].includes(reply.status) ? '' : `answered ${reply.status}`;
}

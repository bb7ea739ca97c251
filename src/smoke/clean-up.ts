// Removes what the checks of a walk made: last made, first removed, whatever happened in between.
import { formatDuration } from '../kit/duration.ts';
import type { Jar } from './cookie.ts';
import { shownAddress } from './discretion.ts';
import { exchange, type Transport } from './exchange.ts';
import { outgoingOf } from './outgoing.ts';
import type { Reply } from './port.ts';
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
  const redirects = asked.redirects ?? 'none';
  const reply = await exchange(transport, { request, redirects, cookies, jar, timeoutMs, despiteCancel: true });
  return reply.kind === 'failed' ? reply.because : leftBy(reply);
}

/** What an answer leaves behind; empty where all is removed. Of a redirect nobody knows: it may lead to what is left, or to a login. */
function leftBy({ status, headers: { location } }: Reply): string {
  if (status < 300 || [404, 410].includes(status)) return '';
  if (status >= 400 || location === undefined) return `answered ${status}`;
  const to = shownAddress(location);
  return `answered ${status}, to ${to}: nobody can tell whether it is removed; write \`redirects: same-origin\` to follow it, or the address where it leads`;
}

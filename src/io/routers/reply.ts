// What an HTTP interface answered to a router's call: its body, or why not, sorted by whether another try may help.
import { redact } from '../../kit/redact.ts';
import type { HttpReply } from '../../world.ts';
import { Refused, Unreached } from './weights.ts';

/** Statuses that another try may better (reference providers 1.1, `http`). */
function isPassing(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

/** The body of a call that succeeded. Throws Unreached where another try may help, else Refused with the remedy that fits. */
export function settled(
  method: string,
  url: string,
  reply: HttpReply,
  remedies: { readonly credentials: string; readonly otherwise: string },
): string {
  const call = `${method} ${redact(url)}`;
  if (reply.kind === 'failed') {
    throw new Unreached(`${call} failed: ${reply.because}`, 'Check that this runner can reach the router.');
  }
  const { status, body } = reply;
  if (status >= 200 && status < 300) return body;
  const said = redact(body.trim().replace(/\s+/g, ' ').slice(0, 200));
  const because = `${call} answered ${status}${said === '' ? '' : `: ${said}`}`;
  if (isPassing(status)) throw new Unreached(because, 'Look into the log of the router.');
  if (status === 401 || status === 403) throw new Refused(because, remedies.credentials);
  if (status === 409 || status === 412) {
    throw new Refused(because, 'Somebody else changes the weights: stop that first, then re-run.', 'contested');
  }
  throw new Refused(because, remedies.otherwise);
}

// Readings of a failed or useless answer: one wording for every source, never with headers or credentials in it.
import { redact } from '../../kit/redact.ts';
import type { HttpReply, Reading } from '../../world.ts';

/** The reading of an answer that is no success; undefined for a whole answer of 2xx. A 4xx is not better the next time, but for 408, 425 and 429. */
export function failedReading(call: string, reply: HttpReply, at: number): Reading | undefined {
  if (reply.kind === 'failed') {
    return erred(`${call} failed: ${reply.because}`, 'Check that this runner can reach the metric source.', true, at);
  }
  const { status } = reply;
  if (status >= 200 && status < 300) {
    // Half an answer would be read as another one.
    if (reply.truncated)
      return erred(`${call} answered more than fits`, 'Let the query give one number, not every series.', false, at);
    return undefined;
  }
  if (status === 401 || status === 403) {
    return erred(`${call} answered ${status}`, 'Check the credentials in the headers of metrics.sources.', false, at);
  }
  const passing = status === 408 || status === 425 || status === 429 || status >= 500;
  const said = reply.body.trim().replace(/\s+/g, ' ').slice(0, 200);
  const remedy = passing ? 'Look into the log of the metric source.' : 'Check the URL of metrics.sources.';
  return erred(`${call} answered ${status}${said === '' ? '' : `: ${said}`}`, remedy, passing, at);
}

/** Something is wrong with the source or the query. `retryable`: another try may better it. */
export function erred(
  because: string,
  remedy: string,
  retryable: boolean,
  at: number,
): Extract<Reading, { kind: 'error' }> {
  return { kind: 'error', because: redact(because), remedy, retryable, at };
}

/** The address of a call without its query and credentials. */
export function showUrl(url: string): string {
  return redact(url.split(/[?#]/)[0] ?? '');
}

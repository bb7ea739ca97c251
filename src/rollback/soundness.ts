// Whether what users are on is sound: the health of the environment.

import type { Effective } from '../policy/effective.ts';
import type { Clock } from './port.ts';
import type { Proof } from './proof.ts';

export interface HealthPort {
  readonly http: (request: {
    readonly method: string;
    readonly url: string;
    readonly timeoutMs: number;
    readonly fresh?: boolean;
  }) => Promise<
    { readonly kind: 'reply'; readonly status: number } | { readonly kind: 'failed'; readonly because: string }
  >;
  readonly clock: Clock;
}

/** Longest wait for a version that warms up, and for one answer, ms. */
const patienceMs = 30_000;
const answerMs = 5_000;
const pauseMs = 1_000;

/** Whether the environment's health address (its URL, where the policy names no other) answers below 400; looks until it does. */
export async function healthOf(
  { http, clock }: HealthPort,
  { url, withinMs }: { readonly url: string | undefined; readonly withinMs: number },
): Promise<Proof> {
  if (url === undefined) return { ok: false, words: 'The environment has no url whose health could be asked' };
  const until = clock.now() + Math.min(withinMs, patienceMs);
  for (;;) {
    const reply = await http({ method: 'GET', url, timeoutMs: answerMs, fresh: true });
    if (reply.kind === 'reply' && reply.status < 400) return { ok: true, words: `health: ${reply.status}` };
    if (clock.now() >= until) {
      const said = reply.kind === 'reply' ? `answers ${reply.status}` : `does not answer: ${reply.because}`;
      return { ok: false, words: `The environment is not healthy: ${url} ${said}` };
    }
    await clock.sleep(pauseMs);
  }
}

/** The address whose answer is the environment's health: `traffic.health` below its URL. */
export function healthUrl({ url, traffic }: Effective): string | undefined {
  if (url === undefined) return undefined;
  return traffic === undefined ? url : new URL(traffic.health.path, url).toString();
}

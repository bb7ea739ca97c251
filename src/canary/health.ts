// The built-in metric `health`: whether a side says of itself that it is well.
import type { Traffic } from '../policy/parts.ts';
import type { Sample } from './sample.ts';

/** Where a side is asked for its health; a side without an address is asked nowhere and is not well. */
export function healthUrl(at: Readonly<Record<string, string>>, traffic: Traffic | undefined, side: string): string {
  const base = at[side] ?? 'http://no-address.invalid';
  const path = traffic?.health.path ?? '/health';
  return `${base.replace(/\/+$/, '')}${path.startsWith('/') ? '' : '/'}${path}`;
}

/** 1 when the side answered with 2xx, 0 when it answered otherwise or not at all: a side that cannot be reached is not well. */
export function healthOf(
  reply: { readonly kind: 'reply'; readonly status: number } | { readonly kind: 'failed' },
): Sample {
  return { kind: 'value', value: reply.kind === 'reply' && reply.status >= 200 && reply.status < 300 ? 1 : 0 };
}

// The built-in metric `health`: whether a side says of itself that it is well.
import { withVariables } from '../kit/variable.ts';
import type { Effective } from '../policy/effective.ts';
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

export type Get = (asked: {
  method: string;
  url: string;
  timeoutMs: number;
  fresh: boolean;
}) => Promise<Parameters<typeof healthOf>[0]>;

/** Asks one side whether it is well; undefined where the policy gives it no address. Throws a Problem for a variable that is not set. */
export async function isWell(
  { traffic }: Effective,
  side: string,
  world: { readonly env: (name: string) => string | undefined; readonly http: Get },
): Promise<boolean | undefined> {
  const at = withVariables(traffic?.at ?? {}, world.env, 'traffic.at');
  if (at[side] === undefined) return undefined;
  const reply = await world.http({ method: 'GET', url: healthUrl(at, traffic, side), timeoutMs: 5_000, fresh: true });
  const sample = healthOf(reply);
  return sample.kind === 'value' && sample.value === 1;
}

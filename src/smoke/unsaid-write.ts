// Requests of which nobody can tell whether they write, in a suite that protects an environment from writes.
import { makesSomething } from './selection.ts';
import type { Check, Suite } from './shape.ts';
import { namesIn } from './template.ts';

/** The hint for a POST that neither says `writes` nor shows it; a login and what must be refused write nothing. */
export function unsaidWrites(check: Check, { environments }: Pick<Suite, 'environments'>): readonly string[] {
  const { id, http, probe, writes, expect } = check;
  const request = http ?? probe?.http;
  const isProtected = Object.values(environments).some((place) => place.protected);
  if (!isProtected || request?.method !== 'POST' || request.graphql !== undefined || writes !== undefined) return [];
  if (makesSomething(check) || isLogin(check) || (expect.status ?? []).some(isRefusal)) return [];
  return [
    `${id} posts, and nothing says whether that writes: add \`writes: allowed\`, or \`writes: none\` where it only asks`,
  ];
}

/** Something that is secret is sent in the body, and something that is secret comes back. */
function isLogin({ http, capture, expect }: Check): boolean {
  const sends = namesIn([http?.json, http?.form, http?.body]).some((name) => name.startsWith('secrets.'));
  const gets = Object.values(capture).some(({ secret }) => secret) || Object.keys(expect.cookie).length > 0;
  return sends && gets;
}

function isRefusal(status: string | number): boolean {
  return status === '4xx' || (typeof status === 'number' && status >= 400 && status < 500);
}

// What Octokit sends its requests by: our own sender, so that calls to GitHub go through the runner's proxy and the one pool of connections.
import type { HttpReply, World } from '../../world.ts';

/** What Octokit hands over. */
export interface Wanted {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  readonly redirect?: string;
}

/** What Octokit reads of a reply. */
export interface Fetched {
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly text: () => Promise<string>;
  readonly arrayBuffer: () => Promise<ArrayBuffer>;
}

/** The longest answer: a comparison of 300 files with their patches stays far below. */
const maxBytes = 64 * 1024 * 1024;
/** As long as a call may take in all; its signal ends it sooner. */
const timeoutMs = 60_000;
const mostHops = 5;

/** Makes a fetch out of a sender. It follows redirects within GitHub, as for a repository that was renamed, by the rules of fetch; `manual` hands
 * them over. Throws when there is no whole answer. */
export function createFetch(send: World['http']): (url: string, wanted?: Wanted) => Promise<Fetched> {
  return async (url, wanted = {}) => {
    let { method = 'GET', body } = wanted;
    let at = url;
    for (let hop = 0; ; hop += 1) {
      const { headers = {}, signal } = wanted;
      const reply = await send({
        ...{ method, url: at, headers, timeoutMs, maxBytes },
        ...(body === undefined ? {} : { body }),
        ...(signal === undefined ? {} : { signal }),
      });
      if (reply.kind === 'failed') throw new Error(reply.because);
      if (reply.truncated) throw new Error(`the answer has more than ${maxBytes / 1024 / 1024} MB`);
      const next = wanted.redirect === 'manual' ? undefined : nextOf(reply, at);
      if (next === undefined || hop >= mostHops) return fetched(reply, at);
      // The token is for this host alone.
      if (new URL(next).origin !== new URL(url).origin) throw new Error(`it leads to ${new URL(next).host}`);
      at = next;
      if (method !== 'POST' || ![301, 302, 303].includes(reply.status)) continue;
      method = 'GET';
      body = undefined;
    }
  };
}

type Reply = HttpReply & { readonly kind: 'reply' };

function nextOf({ status, headers }: Reply, from: string): string | undefined {
  const to = headers.location;
  if (![301, 302, 303, 307, 308].includes(status) || to === undefined || !URL.canParse(to, from)) return undefined;
  return new URL(to, from).href;
}

function fetched({ status, headers, body }: Reply, url: string): Fetched {
  return {
    status,
    statusText: '',
    url,
    headers: new Map(Object.entries(headers)),
    text: async () => body,
    arrayBuffer: async () => new TextEncoder().encode(body).buffer,
  };
}

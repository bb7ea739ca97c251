// One call to a channel: ten seconds, two repeats where the channel asks for it or does not answer, and words about it that hold no address.
import type { Clock, HttpReply, HttpRequest } from '../../world.ts';

export interface PostParts {
  readonly http: (request: HttpRequest) => Promise<HttpReply>;
  readonly clock: Clock;
}

export interface Letter {
  readonly method: 'POST' | 'PATCH' | 'GET';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a text is sent as it stands. */
  readonly body?: unknown;
}

export type Posted =
  | { readonly kind: 'taken'; readonly body: string }
  | { readonly kind: 'refused'; readonly because: string };

const timeoutMs = 10_000;
const mostTries = 3;
/** A channel that wants longer than this is not waited for: announcements must not hold up a deployment (ours). */
const longestWaitMs = 15_000;
/** 420 is Statuspage's word for too many. */
const busy = [420, 429, 500, 502, 503, 504];

/** Sends it. Never throws; `refused` names the status and what the channel said, never the address. */
export async function post({ http, clock }: PostParts, letter: Letter): Promise<Posted> {
  const { method, url, headers = {}, body } = letter;
  const text = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const sent: HttpRequest = {
    ...{ method, url, timeoutMs, maxBytes: 100_000 },
    headers: { 'content-type': 'application/json', 'user-agent': 'boring-deploys', ...headers },
    ...text,
  };
  for (let tried = 1; ; tried += 1) {
    const reply = await http(sent);
    if (reply.kind === 'reply' && reply.status >= 200 && reply.status < 300) return { kind: 'taken', body: reply.body };
    const waitMs = waitOf(reply, tried, clock.now());
    if (waitMs === undefined || tried >= mostTries || waitMs > longestWaitMs)
      return { kind: 'refused', because: wordsOf(reply) };
    await clock.sleep(waitMs);
  }
}

/** Retry-After in seconds or as a date; else one second, then two. Undefined where a repeat is of no use. */
function waitOf(reply: HttpReply, tried: number, now: number): number | undefined {
  if (reply.kind === 'reply' && !busy.includes(reply.status)) return undefined;
  const asked = reply.kind === 'reply' ? reply.headers['retry-after'] : undefined;
  if (asked === undefined || asked === '') return tried * 1000;
  if (/^\d+$/.test(asked)) return Number(asked) * 1000;
  const at = Date.parse(asked);
  return Number.isNaN(at) ? tried * 1000 : Math.max(0, at - now);
}

function wordsOf(reply: HttpReply): string {
  if (reply.kind !== 'reply') return 'it does not answer';
  const said = reply.body
    .replace(/\s+/g, ' ')
    .replace(/https?:\/\/\S+/g, '…')
    .trim()
    .slice(0, 120);
  return `it answered ${reply.status}${said === '' ? '' : `: ${said}`}`;
}

// One exchange with a service: cookies, redirects as far as they are allowed, and the hosts that may be asked at all.
import { cookiesFor, type Jar, keepCookies } from './cookie.ts';
import { shownAddress } from './discretion.ts';
import { type Address, type Outgoing, originOf } from './outgoing.ts';
import type { NoReply, Reply, SmokePort } from './port.ts';
import type { Secrets } from './secret.ts';
import type { SuiteShape } from './shape.ts';

export type Redirects = SuiteShape['network']['redirects'];

/** What every request of a walk is sent with. */
export interface Transport {
  readonly port: SmokePort;
  readonly address: Address;
  readonly secrets: Secrets;
  /** Hosts that may be asked besides the address under test; undefined: every one. */
  readonly hosts: readonly string[] | undefined;
  /** Private and local addresses are refused. */
  readonly publicOnly: boolean;
  readonly maxBytes: number | undefined;
  readonly connectTimeoutMs: number | undefined;
}

export interface Exchange {
  readonly request: Outgoing;
  readonly redirects: Redirects;
  readonly cookies: Readonly<Record<string, string>>;
  readonly jar: Jar;
  readonly timeoutMs: number;
  readonly fresh?: boolean;
  /** Sent although the job is cancelled: what was made is removed. */
  readonly despiteCancel?: boolean;
}

const mostRedirects = 10;

/** Sends, and follows redirects as allowed: none, on the same origin, or to any. At another origin whatever holds a secret stays behind; from
 * https to http nothing is followed. All of it within the one time limit. */
export async function exchange(transport: Transport, asked: Exchange): Promise<Reply | NoReply> {
  const { clock } = transport.port;
  const until = clock.steady() + asked.timeoutMs;
  let { request, cookies } = asked;
  let tookMs = 0;
  for (let hops = 0; ; hops += 1) {
    const url = new URL(request.url);
    if (!isAllowed(transport, url)) return refused(notListed(url.hostname));
    const left = Math.max(1, until - clock.steady());
    const reply = await sendOne(transport, { ...asked, request, cookies, timeoutMs: left }, url);
    tookMs += reply.durationMs;
    // Who redirects was reached, whatever its redirect leads to.
    if (reply.kind === 'failed') return hops === 0 ? reply : { ...reply, unreachable: false, durationMs: tookMs };
    const from = { url, behind: request.connectTo !== undefined };
    transport.secrets.addAll(keepCookies(asked.jar, from, reply.setCookies ?? [], clock.now()));
    const next = nextOf(transport, asked.redirects, request, reply);
    if (next === undefined) return hops === 0 ? reply : { ...reply, url: request.url, durationMs: tookMs };
    if (hops >= mostRedirects)
      return {
        ...refused(`redirected more than ${mostRedirects} times, at last to ${shownAddress(next.url)}`),
        trouble: 'network',
      };
    if (originOf(next.url) !== url.origin) cookies = {};
    request = next;
  }
}

function sendOne(transport: Transport, asked: Exchange, url: URL): Promise<Reply | NoReply> {
  const { port, maxBytes, connectTimeoutMs, publicOnly } = transport;
  const { request, timeoutMs, fresh, jar, cookies, despiteCancel } = asked;
  const cookie = cookiesFor(jar, url, cookies);
  const own = Object.keys(request.headers).some((name) => name.toLowerCase() === 'cookie');
  return port.http({
    ...request,
    headers: cookie === '' || own ? request.headers : { ...request.headers, cookie },
    timeoutMs,
    ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
    ...(fresh === true ? { fresh } : {}),
    ...(publicOnly ? { publicOnly } : {}),
    ...(despiteCancel === true ? {} : { signal: port.cancelled }),
  });
}

/** The request that the redirect asks for; undefined where there is none, or it may not be followed. */
function nextOf(transport: Transport, redirects: Redirects, request: Outgoing, reply: Reply): Outgoing | undefined {
  const { location } = reply.headers;
  if (redirects === 'none' || location === undefined || ![301, 302, 303, 307, 308].includes(reply.status))
    return undefined;
  if (!URL.canParse(location, request.url)) return undefined;
  const [from, to] = [new URL(request.url), new URL(location, request.url)];
  if (!/^https?:$/.test(to.protocol) || (from.protocol === 'https:' && to.protocol === 'http:')) return undefined;
  const same = from.origin === to.origin;
  if (redirects === 'same-origin' && !same) return undefined;
  const again = [307, 308].includes(reply.status) || ['GET', 'HEAD'].includes(request.method);
  // What was written to one origin is not handed to another.
  if (!same && again && request.body !== undefined) return undefined;
  const { connectTo: _connectTo, body, ...rest } = request;
  const connectTo = to.origin === originOf(transport.address.baseUrl) ? transport.address.connectTo : undefined;
  return {
    ...rest,
    method: again ? request.method : 'GET',
    url: to.href,
    headers: headersFor(transport, request.headers, { same, again }),
    ...(again && body !== undefined ? { body } : {}),
    ...(connectTo === undefined ? {} : { connectTo }),
  };
}

function headersFor(
  { secrets }: Transport,
  headers: Outgoing['headers'],
  { same, again }: { readonly same: boolean; readonly again: boolean },
): Outgoing['headers'] {
  const kept = Object.entries(headers).filter(([name, value]) => {
    if (!again && /^content-/i.test(name)) return false;
    return same || !(/^(authorization|cookie|proxy-authorization)$/i.test(name) || secrets.isIn(value));
  });
  return Object.fromEntries(kept);
}

function isAllowed(transport: Transport, url: URL): boolean {
  return isListed(transport, url.hostname) || url.origin === originOf(transport.address.baseUrl);
}

/** Whether `network.hosts` of the suite has the host; without that list every one may be asked. */
export function isListed({ hosts }: Pick<Transport, 'hosts'>, hostname: string): boolean {
  if (hosts === undefined) return true;
  const asked = hostname.toLowerCase();
  return hosts.some((host) => {
    const [head = '', ...rest] = host.toLowerCase().split('*');
    if (rest.length === 0) return asked === head;
    // A star stands for one label or more; a host has one star at its beginning.
    return head === '' && rest.length === 1 && asked.endsWith(rest[0] ?? '') && asked !== rest[0];
  });
}

/** Why a host is not asked. */
export function notListed(hostname: string): string {
  return `${hostname} is not among network.hosts of the suite`;
}

function refused(because: string): NoReply {
  return { kind: 'failed', because, unreachable: false, durationMs: 0, trouble: 'refused' };
}

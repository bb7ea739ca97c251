// HTTP requests by node:http: one deadline for all of an attempt, a limited body, no redirects followed, TLS always verified.
import { setMaxListeners } from 'node:events';
import { type AgentOptions, type ClientRequest, Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import { performance } from 'node:perf_hooks';
import { checkServerIdentity } from 'node:tls';
import type { Traced } from '../evidence/look.ts';
import type { HttpReply, HttpRequest, World } from '../world.ts';
import { encodings } from './http-body.ts';
import { closed, type Failing, type Failure, failureOf, lateness } from './http-failure.ts';
import { replyOf } from './http-reply.ts';
import { type Timing, timed, traceOf } from './http-timing.ts';
import { type Checked, publicAddresses } from './network/guard.ts';

// Idle connections are given up before servers do (nginx and Node: 5 s at the least), so that few requests meet a closing one.
const idleMs = 4_000;
// With several addresses Node tries the next after 250 ms; a far away service takes longer to accept.
const nextAddressMs = 1_000;

export interface HttpOptions {
  /** Certificates trusted besides the built-in ones, in PEM. */
  readonly ca?: string;
}

/** Makes a sender with a connection pool of its own. */
export function createHttp(options: HttpOptions = {}): World['http'] {
  // What was checked to be public goes by connections of its own: no other leads to an address that was not.
  const pools = { checked: poolsOf(keeping), other: poolsOf(keeping) };
  return async (request) => {
    const began = performance.now();
    const target = targetOf(request);
    if (typeof target === 'string')
      return { kind: 'failed', because: target, unreachable: false, durationMs: 0, trouble: 'refused' };
    const since = () => Math.round(performance.now() - began);
    const checked = request.publicOnly === true ? await checkedOf(target) : undefined;
    if (checked !== undefined && 'kind' in checked) return { ...checked, durationMs: since() };
    const made = { request, target, options, checked, began, deadline: began + request.timeoutMs };
    const kept = checked === undefined ? pools.other : pools.checked;
    let ended = await attempt({ ...made, pools: request.fresh === true ? poolsOf({}) : kept });
    // A pooled connection may close just as it is used again: says nothing about the service, so ask once more on a new one.
    if (ended.kind === 'stale') ended = await attempt({ ...made, pools: poolsOf({}) });
    if (ended.kind === 'stale')
      return { kind: 'failed', because: ended.because, unreachable: false, durationMs: since(), trouble: 'network' };
    return { ...ended, durationMs: since() };
  };
}

const keeping: AgentOptions = { keepAlive: true, maxFreeSockets: 64, timeout: idleMs };

/** Agents that go through the proxy which HTTP_PROXY, HTTPS_PROXY and NO_PROXY name (from Node 24 on, which the actions run on). */
function poolsOf(options: AgentOptions) {
  const proxied: AgentOptions & { readonly proxyEnv: NodeJS.ProcessEnv } = { ...options, proxyEnv: process.env };
  return { http: new HttpAgent(proxied), https: new HttpsAgent(proxied) };
}

async function checkedOf(
  target: Target,
): Promise<readonly Checked[] | ({ readonly kind: 'failed' } & FailureOrRefusal)> {
  try {
    const checked = await publicAddresses(target.host);
    if (!('because' in checked)) return checked;
    return { kind: 'failed', because: checked.because, unreachable: false, trouble: 'refused' };
  } catch (error) {
    return { kind: 'failed', ...failureOf(error, { place: target.place, connected: false, answered: false }) };
  }
}

type FailureOrRefusal = Omit<Failure, 'trouble'> & { readonly trouble: Failure['trouble'] | 'refused' };

/** The sender that everything shares. Never throws. */
export const sendHttp: World['http'] = createHttp();

interface Target {
  readonly url: URL;
  readonly host: string;
  readonly port: number;
  readonly place: string;
}

type Ended =
  | Omit<HttpReply & { readonly kind: 'reply' }, 'durationMs'>
  | ({ readonly kind: 'failed' } & Failure & Traced)
  | { readonly kind: 'stale'; readonly because: string };

interface Attempt {
  readonly request: HttpRequest;
  readonly target: Target;
  readonly options: HttpOptions;
  readonly checked: readonly Checked[] | undefined;
  readonly began: number;
  readonly deadline: number;
  readonly pools: { readonly http: HttpAgent; readonly https: HttpsAgent };
}

/** Where the request goes, or what is wrong with its address. */
function targetOf(request: HttpRequest): Target | string {
  if (!URL.canParse(request.url)) return 'the URL is not valid: it must begin with http:// or https://';
  const url = new URL(request.url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return `${url.protocol} is not asked: only http: and https: are`;
  const host = bare(url.hostname);
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  const own = { url, host, port, place: `${url.hostname}:${port}` };
  if (request.connectTo === undefined) return own;
  const to = /^(\[[0-9a-f:.]+(?:%[\w.-]+)?\]|[^:/@\s]+):(\d{1,5})$/i.exec(request.connectTo);
  if (to === null || Number(to[2]) > 65_535) return 'the address to connect to is not host:port';
  return { url, host: bare(to[1] ?? ''), port: Number(to[2]), place: `${request.connectTo} (as ${url.host})` };
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

function attempt(made: Attempt): Promise<Ended> {
  const { request, target } = made;
  return new Promise((resolve) => {
    const cancelled = { because: 'cancelled', trouble: 'network', unreachable: false } as const;
    if (request.signal?.aborted === true) return resolve({ kind: 'failed', ...cancelled });
    let sent: ClientRequest | undefined;
    const seen = { connected: false, answered: false };
    const timing: Timing = { began: made.began };
    const at = (): Failing => ({ place: target.place, ...seen });
    const end = (ended: Ended) => {
      clearTimeout(timer);
      clearTimeout(connecting);
      request.signal?.removeEventListener('abort', cancel);
      resolve(ended);
      if (ended.kind !== 'reply') sent?.destroy();
    };
    const fail = (failure: Failure) => end({ kind: 'failed', ...failure, ...traceOf(timing) });
    const cancel = () => fail(cancelled);
    const timer = setTimeout(
      () => fail(lateness(request.timeoutMs, at())),
      Math.max(0, made.deadline - performance.now()),
    );
    const { connectTimeoutMs } = request;
    const connecting =
      connectTimeoutMs === undefined
        ? undefined
        : setTimeout(() => seen.connected || fail(lateness(connectTimeoutMs, at())), connectTimeoutMs);
    // One signal serves all requests of a run: many listeners are no leak.
    if (request.signal !== undefined) setMaxListeners(0, request.signal);
    request.signal?.addEventListener('abort', cancel);
    try {
      sent = begun(made);
    } catch (error) {
      return fail({
        because: `the request is not valid: ${error instanceof Error ? error.message : ''}`,
        trouble: 'network',
        unreachable: false,
      });
    }
    const reused = () => sent?.reusedSocket === true && !seen.answered && isRepeatable(request.method);
    sent.on('socket', (socket) => {
      timed(socket, timing, () => (seen.connected = true));
    });
    sent.on('response', (message) => {
      seen.answered = true;
      replyOf(message, request, timing).then(end, (error: unknown) => fail(failureOf(error, at())));
    });
    sent.on('error', (error) => {
      const failure = failureOf(error, at());
      if (reused()) end({ kind: 'stale', because: failure.because });
      else fail(failure);
    });
    sent.on('upgrade', (_message, socket) => {
      socket.destroy();
      fail({ because: `${target.place} wants another protocol (101)`, trouble: 'network', unreachable: false });
    });
    // While an answer is read its own events decide.
    sent.on('close', () => seen.answered || fail({ because: closed(at()), trouble: 'network', unreachable: false }));
    sent.end(request.body);
  });
}

function isRepeatable(method: string): boolean {
  return ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'].includes(method.toUpperCase());
}

function begun({ request, target, options, checked, pools }: Attempt): ClientRequest {
  const { url, host, port } = target;
  const secure = url.protocol === 'https:';
  const name = bare(url.hostname);
  // The pool tells connections apart by address and TLS name; an IP cannot be a TLS name, so such a one goes by itself.
  const pooled = request.connectTo !== undefined && isIP(name) !== 0 ? undefined : pools;
  const shared: RequestOptions & { readonly autoSelectFamilyAttemptTimeout: number } = {
    method: request.method,
    host,
    port,
    path: `${url.pathname}${url.search}`,
    headers: headersOf(request, url),
    agent: (secure ? pooled?.https : pooled?.http) ?? false,
    ...(checked === undefined
      ? {}
      : {
          lookup: (_host, { all }, told) =>
            all === true ? told(null, [...checked]) : told(null, checked[0]?.address ?? '', checked[0]?.family),
        }),
    autoSelectFamilyAttemptTimeout: nextAddressMs,
  };
  if (!secure) return httpRequest(shared);
  return httpsRequest({
    ...shared,
    rejectUnauthorized: true,
    servername: isIP(name) === 0 ? name : '',
    checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  });
}

function headersOf(request: HttpRequest, url: URL): Record<string, string> {
  const headers: Record<string, string> = {
    host: url.host,
    'accept-encoding': encodings,
    'user-agent': 'boring-deploys',
  };
  for (const [name, value] of Object.entries(request.headers ?? {})) headers[name.toLowerCase()] = value;
  if (request.body !== undefined) headers['content-length'] = String(Buffer.byteLength(request.body));
  if (url.username !== '' && headers.authorization === undefined) {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers.authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  return headers;
}

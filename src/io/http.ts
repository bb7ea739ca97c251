// HTTP requests by node:http: one deadline for all of an attempt, a limited body, no redirects followed, TLS always verified.
import { setMaxListeners } from 'node:events';
import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import { performance } from 'node:perf_hooks';
import { checkServerIdentity, TLSSocket } from 'node:tls';
import type { Certificate, HttpReply, HttpRequest, World } from '../world.ts';
import { encodings, readBody } from './http-body.ts';
import { closed, type Failing, type Failure, failureOf, lateness } from './http-failure.ts';

const defaultMaxBytes = 1_048_576;
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
  const pools = {
    http: new HttpAgent({ keepAlive: true, maxFreeSockets: 64, timeout: idleMs }),
    https: new HttpsAgent({ keepAlive: true, maxFreeSockets: 64, timeout: idleMs }),
  };
  return async (request) => {
    const began = performance.now();
    const target = targetOf(request);
    if (typeof target === 'string') return { kind: 'failed', because: target, unreachable: false, durationMs: 0 };
    const since = () => Math.round(performance.now() - began);
    const deadline = began + request.timeoutMs;
    let ended = await attempt({
      request,
      target,
      options,
      deadline,
      pools: request.fresh === true ? undefined : pools,
    });
    // A pooled connection may close just as it is used again: says nothing about the service, so ask once more on a new one.
    if (ended.kind === 'stale') ended = await attempt({ request, target, options, deadline, pools: undefined });
    if (ended.kind === 'stale')
      return { kind: 'failed', because: ended.because, unreachable: false, durationMs: since() };
    return { ...ended, durationMs: since() };
  };
}

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
  | ({ readonly kind: 'failed' } & Failure)
  | { readonly kind: 'stale'; readonly because: string };

interface Attempt {
  readonly request: HttpRequest;
  readonly target: Target;
  readonly options: HttpOptions;
  readonly deadline: number;
  readonly pools: { readonly http: HttpAgent; readonly https: HttpsAgent } | undefined;
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
  const to = /^(\[[0-9a-f:.%]+\]|[^:/@\s]+):(\d{1,5})$/i.exec(request.connectTo);
  if (to === null || Number(to[2]) > 65_535) return 'the address to connect to is not host:port';
  return { url, host: bare(to[1] ?? ''), port: Number(to[2]), place: `${request.connectTo} (as ${url.host})` };
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

function attempt(made: Attempt): Promise<Ended> {
  const { request, target } = made;
  return new Promise((resolve) => {
    if (request.signal?.aborted === true) return resolve({ kind: 'failed', because: 'cancelled', unreachable: false });
    let sent: ClientRequest | undefined;
    const seen = { connected: false, answered: false };
    const at = (): Failing => ({ place: target.place, ...seen });
    const end = (ended: Ended) => {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', cancel);
      resolve(ended);
      if (ended.kind !== 'reply') sent?.destroy();
    };
    const fail = (failure: Failure) => end({ kind: 'failed', ...failure });
    const cancel = () => fail({ because: 'cancelled', unreachable: false });
    const timer = setTimeout(
      () => fail(lateness(request.timeoutMs, at())),
      Math.max(0, made.deadline - performance.now()),
    );
    // One signal serves all requests of a run: many listeners are no leak.
    if (request.signal !== undefined) setMaxListeners(0, request.signal);
    request.signal?.addEventListener('abort', cancel);
    try {
      sent = begun(made);
    } catch (error) {
      return fail({
        because: `the request is not valid: ${error instanceof Error ? error.message : ''}`,
        unreachable: false,
      });
    }
    const reused = () => sent?.reusedSocket === true && !seen.answered && isRepeatable(request.method);
    sent.on('socket', (socket) => {
      if (!socket.connecting) seen.connected = true;
      else socket.once('connect', () => (seen.connected = true));
    });
    sent.on('response', (message) => {
      seen.answered = true;
      replyOf(message, request).then(end, (error: unknown) => fail(failureOf(error, at())));
    });
    sent.on('error', (error) => {
      const failure = failureOf(error, at());
      end(reused() ? { kind: 'stale', because: failure.because } : { kind: 'failed', ...failure });
    });
    sent.on('upgrade', (_message, socket) => {
      socket.destroy();
      fail({ because: `${target.place} wants another protocol (101)`, unreachable: false });
    });
    // While an answer is read its own events decide.
    sent.on('close', () => seen.answered || fail({ because: closed(at()), unreachable: false }));
    sent.end(request.body);
  });
}

function isRepeatable(method: string): boolean {
  return ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'].includes(method.toUpperCase());
}

function begun({ request, target, options, pools }: Attempt): ClientRequest {
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

async function replyOf(message: IncomingMessage, request: HttpRequest): Promise<Ended> {
  const certificate = certificateOf(message);
  const { text, truncated } = await readBody(
    message,
    request.method.toUpperCase(),
    request.maxBytes ?? defaultMaxBytes,
  );
  const headers = Object.entries(message.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]);
  return {
    kind: 'reply',
    status: message.statusCode ?? 0,
    headers: Object.fromEntries(headers),
    body: text,
    truncated,
    ...(certificate === undefined ? {} : { certificate }),
  };
}

function certificateOf(message: IncomingMessage): Certificate | undefined {
  if (!(message.socket instanceof TLSSocket)) return undefined;
  const { valid_from, valid_to, subject, issuer } = message.socket.getPeerCertificate();
  if (valid_to === undefined) return undefined;
  return {
    validFrom: new Date(valid_from).toISOString(),
    validTo: new Date(valid_to).toISOString(),
    subject: [subject?.CN ?? ''].flat().join(', '),
    issuer: [issuer?.O ?? issuer?.CN ?? ''].flat().join(', '),
  };
}

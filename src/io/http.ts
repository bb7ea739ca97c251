// HTTP requests by node:http: one deadline for all of an attempt, a limited body, no redirects followed, TLS always verified.
import { type AgentOptions, type ClientRequest, request as httpRequest } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import { performance } from 'node:perf_hooks';
import { checkServerIdentity } from 'node:tls';
import type { Traced } from '../evidence/look.ts';
import { withoutBrackets } from '../kit/address.ts';
import { plainText } from '../kit/url-text.ts';
import type { HttpRequest, World } from '../world.ts';
import { onCancel } from './cancel.ts';
import { encodings } from './http-body.ts';
import { closed, type Failing, type Failure, failureOf, lateness } from './http-failure.ts';
import { createPace } from './http-pace.ts';
import { type Reply, readReply } from './http-reply.ts';
import { type Target, targetOf } from './http-target.ts';
import { type Timing, timed, traceOf } from './http-timing.ts';
import { heavyTurn } from './http-weight.ts';
import { type Checked, publicAddresses } from './network/guard.ts';
import { type Pools, poolsOf } from './proxy.ts';

// Idle connections are given up before servers do (nginx and Node: 5 s at the least), so that few requests meet a closing one.
const idleMs = 4_000;
// With several addresses Node tries the next after 250 ms; a far away service takes longer to accept.
const nextAddressMs = 1_000;

export interface HttpOptions {
  /** Certificates trusted besides the built-in ones, in PEM. */
  readonly ca?: string;
  /** Finds the addresses of a host where only public ones may be asked. */
  readonly addresses?: typeof publicAddresses;
}

/** Makes a sender with a connection pool of its own. */
export function createHttp(options: HttpOptions = {}): World['http'] {
  const { addresses = publicAddresses } = options;
  // What was checked to be public goes by connections of its own: no other leads to an address that was not.
  const pools = { checked: poolsOf(keeping), other: poolsOf(keeping) };
  return async (request) => {
    await pace.turn();
    const began = performance.now();
    const target = targetOf(request);
    if (typeof target === 'string')
      return { kind: 'failed', because: target, unreachable: false, durationMs: 0, trouble: 'refused' };
    const since = () => Math.round(performance.now() - began);
    const checked = request.publicOnly === true ? await checkedOf(target, request, addresses) : undefined;
    if (checked !== undefined && 'kind' in checked) return { ...checked, durationMs: since() };
    const made = { request, target, options, checked, began, deadline: began + request.timeoutMs };
    const kept = checked === undefined ? pools.other : pools.checked;
    // What must not be sent twice gets a connection of its own: a kept one may close just then, and nobody could tell.
    const fresh = request.fresh === true || !isRepeatable(request.method);
    let ended = await attempt({ ...made, pools: fresh ? poolsOf({}) : kept });
    // A pooled connection may close just as it is used again: says nothing about the service, so ask once more on a new one.
    if (ended.kind === 'stale') ended = await attempt({ ...made, pools: poolsOf({}) });
    if (ended.kind === 'stale')
      return { kind: 'failed', because: ended.because, unreachable: false, durationMs: since(), trouble: 'network' };
    if (ended.kind === 'failed') return { ...ended, durationMs: since() };
    const { reply, leave } = ended;
    const replied = { ...reply, durationMs: since() };
    if (leave !== undefined) await heavyTurn().then(leave);
    return replied;
  };
}

// Opening 64 sockets in one go takes 20 ms, in which no request could leave: a whole answer of a quick service.
const pace = createPace(4);

// As many as a suite may ask at once: what is closed between two of its checks is opened again.
const mostKept = 256;
const keeping: AgentOptions = { keepAlive: true, maxFreeSockets: mostKept, timeout: idleMs };

/** The addresses of the name, all of them public, in the time of the request: the resolver has no end of its own. */
function checkedOf(
  target: Target,
  request: HttpRequest,
  addresses: typeof publicAddresses,
): Promise<readonly Checked[] | ({ readonly kind: 'failed' } & FailureOrRefusal)> {
  const at = { place: target.place, connected: false, answered: false };
  return new Promise((resolve) => {
    if (request.signal?.aborted === true) return resolve({ kind: 'failed', ...cancelled });
    const fail = (failure: FailureOrRefusal) => {
      clearTimeout(timer);
      forget?.();
      resolve({ kind: 'failed', ...failure });
    };
    const timer = setTimeout(() => fail(lateness(request.timeoutMs, at)), request.timeoutMs);
    const forget = request.signal && onCancel(request.signal, () => fail(cancelled));
    addresses(target.host).then(
      (checked) => {
        if ('because' in checked) return fail({ because: checked.because, unreachable: false, trouble: 'refused' });
        clearTimeout(timer);
        forget?.();
        resolve(checked);
      },
      (error: unknown) => fail(failureOf(error, at)),
    );
  });
}

const cancelled = { because: 'cancelled', trouble: 'network', unreachable: false } as const;

type FailureOrRefusal = Omit<Failure, 'trouble'> & { readonly trouble: Failure['trouble'] | 'refused' };

/** The sender that everything shares. Never throws. */
export const sendHttp: World['http'] = createHttp();

type Ended =
  | { readonly kind: 'reply'; readonly reply: Reply; readonly leave?: () => void }
  | ({ readonly kind: 'failed' } & FailureOrRefusal & Traced)
  | { readonly kind: 'stale'; readonly because: string };

interface Attempt {
  readonly request: HttpRequest;
  readonly target: Target;
  readonly options: HttpOptions;
  readonly checked: readonly Checked[] | undefined;
  readonly began: number;
  readonly deadline: number;
  readonly pools: Pools;
}

function attempt(made: Attempt): Promise<Ended> {
  const { request, target } = made;
  return new Promise((resolve) => {
    if (request.signal?.aborted === true) return resolve({ kind: 'failed', ...cancelled });
    let sent: ClientRequest | undefined;
    const seen = { connected: false, answered: false };
    const timing: Timing = { began: made.began };
    const at = (): Failing => ({ place: target.place, ...seen });
    const end = (ended: Ended) => {
      clearTimeout(timer);
      clearTimeout(connecting);
      forget?.();
      resolve(ended);
      if (ended.kind !== 'reply') sent?.destroy();
    };
    const fail = (failure: FailureOrRefusal) => end({ kind: 'failed', ...failure, ...traceOf(timing) });
    const forget = request.signal && onCancel(request.signal, () => fail(cancelled));
    const timer = setTimeout(
      () => fail(lateness(request.timeoutMs, at())),
      Math.max(0, made.deadline - performance.now()),
    );
    const { connectTimeoutMs } = request;
    const connecting =
      connectTimeoutMs === undefined
        ? undefined
        : setTimeout(() => seen.connected || fail(lateness(connectTimeoutMs, at())), connectTimeoutMs);
    try {
      sent = begun(made);
    } catch (error) {
      return fail({
        because: `the request is not valid: ${error instanceof Error ? error.message : ''}`,
        trouble: 'refused',
        unreachable: false,
      });
    }
    const reused = () => sent?.reusedSocket === true && !seen.answered && isRepeatable(request.method);
    sent.on('socket', (socket) => {
      timed(socket, timing, () => (seen.connected = true));
    });
    sent.on('response', (message) => {
      seen.answered = true;
      readReply(message, request, timing).then(
        (read) => end({ kind: 'reply', ...read }),
        (error: unknown) => fail(failureOf(error, at())),
      );
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
  const name = withoutBrackets(url.hostname);
  // The pool tells connections apart by address and TLS name; an IP cannot be a TLS name, so such a one goes by itself.
  const pooled = request.connectTo !== undefined && isIP(name) !== 0 ? undefined : pools;
  const shared: RequestOptions & { readonly autoSelectFamilyAttemptTimeout: number } = {
    method: request.method,
    host,
    port,
    path: `${url.pathname}${url.search}`,
    headers: headersOf(request, url),
    agent: pooled?.agentFor(secure, target) ?? false,
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
    const pair = `${plainText(url.username)}:${plainText(url.password)}`;
    headers.authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  return headers;
}

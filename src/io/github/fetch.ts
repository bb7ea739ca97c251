// The wire to GitHub, by node:http: kept connections, the runner's proxy, and redirects that do not take the token elsewhere.
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { type AgentOptions, Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

// Node's own fetch takes 16 MB more, and knows the proxy of HTTPS_PROXY only when a flag of the process says so.

export interface Asked {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** True gives a redirect back as it came. */
  readonly stay: boolean;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty when it broke off before its end. */
  readonly body: string;
}

// As long as GitHub renames repositories one redirect is the rule; more than these are a loop.
const mostRedirects = 5;
// Given up before GitHub's side does, so that few requests meet a closing connection.
const idleMs = 4_000;

const kept: AgentOptions & { readonly proxyEnv: NodeJS.ProcessEnv } = {
  keepAlive: true,
  timeout: idleMs,
  proxyEnv: process.env,
};
const agents = { http: new HttpAgent(kept), https: new HttpsAgent(kept) };

/** Sends one request and follows redirects unless it is to stay. Rejects as node:http does when no answer begins. */
export async function fetchByHttp(address: string, asked: Asked): Promise<Answer> {
  let url = new URL(address);
  let now = asked;
  for (let hop = 0; ; hop += 1) {
    const message = await sent(url, now);
    const status = message.statusCode ?? 0;
    const next = now.stay ? undefined : placeOf(message, url);
    if (next === undefined) return { status, headers: headersOf(message), body: await bodyOf(message) };
    message.resume();
    if (hop === mostRedirects) throw new Error(`more than ${mostRedirects} redirects`);
    now = redirected(now, status, next.origin === url.origin);
    url = next;
  }
}

function placeOf({ statusCode = 0, headers }: IncomingMessage, from: URL): URL | undefined {
  const isRedirect = [301, 302, 303, 307, 308].includes(statusCode);
  return isRedirect && headers.location !== undefined ? new URL(headers.location, from) : undefined;
}

/** By the fetch standard: 303 always and 301, 302 after a POST become a GET; the token stays with its origin. */
function redirected(asked: Asked, status: number, sameOrigin: boolean): Asked {
  const { body, ...rest } = asked;
  const becomesGet = status === 303 || (status < 303 && asked.method === 'POST');
  const left = [...(becomesGet ? ['content-type'] : []), ...(sameOrigin ? [] : ['authorization', 'cookie'])];
  const headers = Object.fromEntries(Object.entries(asked.headers).filter(([name]) => !left.includes(name)));
  if (becomesGet) return { ...rest, method: 'GET', headers };
  return { ...rest, headers, ...(body === undefined ? {} : { body }) };
}

function sent(url: URL, { method, headers, body, signal }: Asked): Promise<IncomingMessage> {
  const secure = url.protocol === 'https:';
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const options = {
    method,
    signal,
    headers: { 'accept-encoding': 'gzip', ...headers, ...length },
    agent: secure ? agents.https : agents.http,
  };
  return new Promise((resolve, reject) => {
    const request = secure ? httpsRequest(url, options) : httpRequest(url, options);
    request.on('response', resolve);
    // A name with several addresses fails with one error each.
    request.on('error', (fault) => reject(fault instanceof AggregateError ? (fault.errors[0] ?? fault) : fault));
    request.end(body);
  });
}

function headersOf({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]));
}

function bodyOf(message: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const packed = (message.headers['content-encoding'] ?? '').toLowerCase() === 'gzip' && message.statusCode !== 304;
    const stream: Readable = packed ? message.pipe(createGunzip()) : message;
    const pieces: Buffer[] = [];
    const brokenOff = () => resolve('');
    stream.on('data', (piece: Buffer) => pieces.push(piece));
    stream.on('end', () => resolve(Buffer.concat(pieces).toString('utf8')));
    stream.on('error', brokenOff);
    message.on('error', brokenOff);
    message.on('close', () => message.complete || brokenOff());
  });
}

// Octokit's way onto the wire, by node:http: kept connections, the runner's proxy, and redirects that do not take the token elsewhere.
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { type AgentOptions, Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

// Node's own fetch takes 16 MB more, and knows the proxy of HTTPS_PROXY only when a flag of the process says so.

/** What Octokit asks for (fetch-wrapper of @octokit/request). */
interface Asked {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly redirect?: 'follow' | 'manual' | 'error' | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What Octokit reads of an answer. */
interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly text: () => Promise<string>;
  readonly arrayBuffer: () => Promise<ArrayBuffer>;
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

/** Sends one request and follows redirects unless asked not to. Rejects as node:http does when no answer comes. */
export async function fetchByHttp(address: string, asked: Asked): Promise<Answer> {
  let url = new URL(address);
  let now = asked;
  for (let hop = 0; ; hop += 1) {
    const message = await sent(url, now);
    const next = now.redirect === 'manual' ? undefined : placeOf(message, url);
    if (next === undefined) return answerOf(message, url);
    message.resume();
    if (hop === mostRedirects) throw new Error(`more than ${mostRedirects} redirects`);
    now = redirected(now, message.statusCode ?? 0, next.origin === url.origin);
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
  const leave = [...(becomesGet ? ['content-type'] : []), ...(sameOrigin ? [] : ['authorization', 'cookie'])];
  const headers = Object.fromEntries(
    Object.entries(asked.headers).filter(([name]) => !leave.includes(name.toLowerCase())),
  );
  return becomesGet ? { ...rest, method: 'GET', headers } : { ...rest, headers, body };
}

function sent(url: URL, { method, headers, body, signal }: Asked): Promise<IncomingMessage> {
  const secure = url.protocol === 'https:';
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const options = {
    method,
    headers: { 'accept-encoding': 'gzip', ...headers, ...length },
    agent: secure ? agents.https : agents.http,
    ...(signal === undefined ? {} : { signal }),
  };
  return new Promise((resolve, reject) => {
    const request = secure ? httpsRequest(url, options) : httpRequest(url, options);
    request.on('response', resolve);
    request.on('error', (fault) => reject(fault instanceof AggregateError ? (fault.errors[0] ?? fault) : fault));
    request.end(body);
  });
}

function answerOf(message: IncomingMessage, url: URL): Answer {
  const headers = new Map(
    Object.entries(message.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
  );
  // Read at once: what is not wanted (204) may not hold the connection.
  const body = bytesOf(message);
  body.catch(() => {});
  return {
    status: message.statusCode ?? 0,
    statusText: message.statusMessage ?? '',
    url: url.href,
    headers,
    text: async () => new TextDecoder().decode(await body),
    arrayBuffer: async () => {
      const bytes = await body;
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    },
  };
}

/** All of the body, unpacked. Rejects when the connection breaks before its end. */
function bytesOf(message: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const packed = (message.headers['content-encoding'] ?? '').toLowerCase() === 'gzip' && message.statusCode !== 304;
    const stream: Readable = packed ? message.pipe(createGunzip()) : message;
    const pieces: Buffer[] = [];
    stream.on('data', (piece: Buffer) => pieces.push(piece));
    stream.on('end', () => resolve(Buffer.concat(pieces)));
    stream.on('error', reject);
    message.on('error', reject);
    message.on('close', () => {
      if (!message.complete) reject(new Error('the answer broke off'));
    });
  });
}

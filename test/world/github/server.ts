// The HTTP side of the fake GitHub: reads requests, lets faults strike, sends answers, keeps the log.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { zipOf } from '../zip.ts';
import type { Fault, Faults, SeenRequest } from './faults.ts';
import { type Gateway, openGateway, type Reply } from './gateway.ts';
import type { Hub } from './hub.ts';
import { blobPath } from './routes/runs.ts';
import type { TokenBook } from './tokens.ts';

export interface LogLine extends SeenRequest {
  /** `/repos/{owner}/{repo}/deployments`; the path itself when there is no such route. */
  readonly route: string;
  /** 0 when the connection was cut. */
  readonly status: number;
  readonly at: string;
}

export interface Inside {
  readonly hub: Hub;
  readonly tokens: TokenBook;
  readonly faults: Faults;
  readonly log: LogLine[];
  readonly problems: string[];
}

export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

/** Larger bodies are refused unread. */
const largestBody = 1024 * 1024;

export async function listen(inside: Inside): Promise<Listening> {
  const gateway = openGateway(inside);
  const server = createServer((request, response) => {
    serve(inside, gateway, request, response).catch((error: unknown) => {
      inside.problems.push(
        `the fake itself broke on ${request.method} ${request.url}: ${error instanceof Error ? error.stack : error}`,
      );
      if (!response.headersSent) send(response, { status: 500, headers: {}, text: '{"message":"Server Error"}' });
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

async function serve(
  inside: Inside,
  gateway: Gateway,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { faults, hub, log } = inside;
  const url = new URL(request.url ?? '/', hub.apiUrl);
  const text = await readBody(request);
  const method = request.method ?? 'GET';
  const seen = {
    method,
    path: url.pathname,
    body: parse(text),
    tokenName: inside.tokens.nameOf(request.headers.authorization),
  };
  const route = gateway.routeOf(method, url.pathname);
  const finish = (status: number) => log.push({ ...seen, route, status, at: hub.clock.now().toISOString() });
  const cut = () => {
    finish(0);
    request.socket.resetAndDestroy();
  };

  if (faults.isDown) return cut();
  const fault = faults.strike(seen);
  if (fault?.latencyMs !== undefined) await wait(fault.latencyMs, undefined, { ref: false });
  const isHarmless = fault === undefined || (fault.reset !== true && fault.status === undefined);
  const ask = () => gateway.answer({ ...seen, url, headers: request.headers, isTooLarge: text === undefined });
  if (!isHarmless && fault.applied === true) ask();
  if (!isHarmless && fault.reset === true) return cut();
  const archive = isHarmless ? archiveAt(inside, url, request) : undefined;
  if (archive !== undefined) {
    finish(200);
    response.writeHead(200, { 'content-type': 'application/zip', 'content-length': archive.length });
    response.end(archive);
    return;
  }
  const reply = isHarmless ? freshOnly(ask(), request) : faultReply(fault);
  finish(reply.status);
  send(response, reply);
}

/** What the address of an artifact's archive gives, which is no part of the API; whoever brings the token along gives it away. */
function archiveAt({ hub, problems }: Inside, url: URL, request: IncomingMessage): Buffer | undefined {
  if (!url.pathname.startsWith(blobPath)) return undefined;
  if (request.headers.authorization !== undefined) problems.push('the token was sent to the store of archives');
  const id = Number(url.pathname.slice(blobPath.length));
  const artifact = [...hub.repositories.values()]
    .map((repo) => repo.artifacts.get(id))
    .find((one) => one !== undefined);
  return artifact === undefined ? undefined : (artifact.zip ?? zipOf(artifact.files));
}

/** Undefined when the body is too large. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let [text, size] = ['', 0];
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= largestBody) text += decoder.decode(chunk, { stream: true });
  }
  return size > largestBody ? undefined : text + decoder.decode();
}

/** The JSON of a body; a text that is none stays a text, for the description to refuse. */
function parse(text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** 304 without a body for who already has this answer. */
function freshOnly(reply: Reply, request: IncomingMessage): Reply {
  if (request.method !== 'GET' || reply.status !== 200) return reply;
  const etag = `W/"${createHash('sha256').update(reply.text).digest('hex')}"`;
  const headers = { ...reply.headers, etag };
  if (request.headers['if-none-match'] !== etag) return { ...reply, headers };
  reply.uncount?.();
  return { status: 304, headers, text: '' };
}

function faultReply(fault: Fault): Reply {
  const status = fault.status ?? 500;
  const isThrottled = fault.retryAfter !== undefined && (status === 403 || status === 429);
  const message = isThrottled
    ? 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'
    : status >= 500
      ? 'Server Error'
      : 'Refused by the fault script';
  const documentation = isThrottled
    ? 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits'
    : 'https://docs.github.com/rest';
  const retry: Record<string, string> =
    fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
  const body = fault.body ?? { message, documentation_url: documentation, status: String(status) };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, headers: { 'content-type': 'application/json; charset=utf-8', ...retry, ...fault.headers }, text };
}

function send(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, reply.headers);
  response.end(reply.text);
}

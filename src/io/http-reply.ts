// What came back from a request as plain data: headers, cookies, body, certificate, and where the time went.
import type { IncomingMessage } from 'node:http';
import { performance } from 'node:perf_hooks';
import { TLSSocket } from 'node:tls';
import type { Certificate, HttpReply, HttpRequest } from '../world.ts';
import { readBody } from './http-body.ts';
import { type Timing, traceOf } from './http-timing.ts';

const defaultMaxBytes = 1_048_576;

type Reply = Omit<HttpReply & { readonly kind: 'reply' }, 'durationMs'>;

/** Reads the answer to its end, or to the limit of its body. Rejects when the connection or the encoding breaks. */
export async function replyOf(message: IncomingMessage, request: HttpRequest, timing: Timing): Promise<Reply> {
  timing.answered = performance.now();
  const certificate = certificateOf(message);
  const { text, truncated } = await readBody(
    message,
    request.method.toUpperCase(),
    request.maxBytes ?? defaultMaxBytes,
  );
  const headers = Object.entries(message.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]);
  const cookies = message.headers['set-cookie'];
  return {
    kind: 'reply',
    status: message.statusCode ?? 0,
    headers: Object.fromEntries(headers),
    ...(cookies === undefined ? {} : { setCookies: cookies }),
    body: text,
    truncated,
    ...traceOf(timing),
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

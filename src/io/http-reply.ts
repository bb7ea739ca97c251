// What came back from a request as plain data: headers, cookies, body, certificate, and where the time went.
import type { IncomingMessage } from 'node:http';
import { performance } from 'node:perf_hooks';
import { TLSSocket } from 'node:tls';
import type { Certificate, HttpReply, HttpRequest } from '../world.ts';
import { readBody } from './http-body.ts';
import { type Timing, traceOf } from './http-timing.ts';

const defaultMaxBytes = 1_048_576;

export type Reply = Omit<HttpReply & { readonly kind: 'reply' }, 'durationMs'>;

export interface Read {
  readonly reply: Reply;
  /** Of a heavy body: to be called when it is judged. */
  readonly leave?: () => void;
}

/** Reads the answer to its end, or to the limit of its body. Rejects when the connection or the encoding breaks. */
export async function readReply(message: IncomingMessage, request: HttpRequest, timing: Timing): Promise<Read> {
  timing.answered = performance.now();
  const certificate = certificateOf(message);
  const { text, truncated, leave } = await readBody(
    message,
    request.method.toUpperCase(),
    request.maxBytes ?? defaultMaxBytes,
  );
  const cookies = message.headers['set-cookie'];
  const reply: Reply = {
    kind: 'reply',
    status: message.statusCode ?? 0,
    headers: headersOf(message),
    ...(cookies === undefined ? {} : { setCookies: cookies }),
    body: text,
    truncated,
    ...traceOf(timing),
    ...(certificate === undefined ? {} : { certificate }),
  };
  return leave === undefined ? { reply } : { reply, leave };
}

function headersOf({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    texts[name] = Array.isArray(value) ? value.join(', ') : (value ?? '');
  }
  return texts;
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

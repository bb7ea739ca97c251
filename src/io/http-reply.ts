// What came back from a request as plain data: headers, cookies, body, certificate, and where the time went.
import type { IncomingMessage } from 'node:http';
import { performance } from 'node:perf_hooks';
import { TLSSocket } from 'node:tls';
import type { Certificate, HttpPhases, HttpReply, HttpRequest } from '../world.ts';
import { readBody } from './http-body.ts';

const defaultMaxBytes = 1_048_576;

/** Instants of one exchange, of the process clock; those of the connection are missing when a kept one was used. */
export interface Timing {
  readonly began: number;
  resolved?: number;
  connected?: number;
  secured?: number;
}

type Reply = Omit<HttpReply & { readonly kind: 'reply' }, 'durationMs'>;

/** Reads the answer to its end, or to the limit of its body. Rejects when the connection or the encoding breaks. */
export async function replyOf(message: IncomingMessage, request: HttpRequest, timing: Timing): Promise<Reply> {
  const phases = phasesOf(timing, performance.now());
  const certificate = certificateOf(message);
  const peer = message.socket.remoteAddress;
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
    ...(peer === undefined ? {} : { peer }),
    phases,
    ...(certificate === undefined ? {} : { certificate }),
  };
}

function phasesOf({ began, resolved, connected, secured }: Timing, firstByte: number): HttpPhases {
  const ready = secured ?? connected ?? began;
  const ms = (from: number | undefined, to: number | undefined) =>
    from === undefined || to === undefined ? undefined : Math.round((to - from) * 10) / 10;
  const parts = {
    dnsMs: ms(began, resolved),
    connectMs: ms(resolved ?? began, connected),
    tlsMs: ms(connected, secured),
    firstByteMs: ms(ready, firstByte),
  };
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
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

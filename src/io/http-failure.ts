// Why a request got no reply, in words: what happened, and at which host and port.
import type { TransportTrouble } from '../evidence/look.ts';
import { formatDuration } from '../kit/duration.ts';
import { redact } from '../kit/redact.ts';

export interface Failure {
  readonly because: string;
  /** Which part of the way failed. */
  readonly trouble: Exclude<TransportTrouble, 'refused'>;
  /** Nothing was there to talk to: says more about the network or the address than about the service. */
  readonly unreachable: boolean;
}

/** What is known when a request fails. */
export interface Failing {
  /** Where the connection went: `host:port`, with the URL's own host when that is another one. */
  readonly place: string;
  readonly connected: boolean;
  readonly answered: boolean;
}

const unreached: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused by',
  EHOSTUNREACH: 'no route to',
  ENETUNREACH: 'no route to the network of',
  ENETDOWN: 'no network to reach',
  EADDRNOTAVAIL: 'no address to connect from to',
  ETIMEDOUT: 'no connection in time to',
};

/** The code of a body that came, and cannot be read to its end. */
export const brokenBody = 'BROKEN_BODY';

/** The words for an error that node:http, node:tls or node:dns raised. */
export function failureOf(error: unknown, at: Failing): Failure {
  const code = codeOf(error);
  if (code === 'ENOTFOUND')
    return { because: `no address is known for ${at.place} (DNS: name not found)`, trouble: 'dns', unreachable: true };
  if (code === 'EAI_AGAIN')
    return { because: `the name in ${at.place} could not be resolved now (DNS)`, trouble: 'dns', unreachable: true };
  const words = unreached[code];
  if (words !== undefined && !at.connected)
    return { because: `${words} ${at.place}`, trouble: 'network', unreachable: true };
  if (code === 'ECONNRESET' || code === 'EPIPE') return { because: closed(at), trouble: 'network', unreachable: false };
  // Node's own text repeats the address of the proxy.
  if (code === 'ERR_PROXY_TUNNEL') {
    const { statusCode } = partsOf(error);
    const said =
      typeof statusCode === 'number' ? `the proxy answered ${statusCode}` : 'the proxy closed the connection';
    return { because: `no way to ${at.place}: ${said}`, trouble: 'network', unreachable: true };
  }
  if (code === brokenBody)
    return {
      because: `the body of the answer from ${at.place} ${textOf(error)}`,
      trouble: 'network',
      unreachable: false,
    };
  if (code.startsWith('HPE_'))
    return { because: `${at.place} does not answer HTTP (${code})`, trouble: 'network', unreachable: false };
  if (/wrong version number|packet length too long|http request/.test(textOf(error)))
    return {
      because: `${at.place} speaks no TLS: it is asked by https, and does not answer so`,
      trouble: 'tls',
      unreachable: false,
    };
  const said = `${textOf(error)}${code === '' ? '' : ` (${code})`}`;
  const because = isOfTls(code) ? `no trusted TLS connection to ${at.place}: ${said}` : `${said} at ${at.place}`;
  return { because, trouble: isOfTls(code) ? 'tls' : 'network', unreachable: false };
}

/** The words for a reply that did not come whole within its time. */
export function lateness(timeoutMs: number, at: Failing): Failure {
  const time = formatDuration(timeoutMs);
  if (!at.connected)
    return { because: `no connection to ${at.place} within ${time}`, trouble: 'timeout', unreachable: true };
  const what = at.answered ? `the body of the answer from ${at.place} was not complete` : `${at.place} did not answer`;
  return { because: `${what} within ${time}`, trouble: 'timeout', unreachable: false };
}

/** The words for a connection that ended too early. */
export function closed(at: Failing): string {
  if (!at.connected) return `the connection to ${at.place} was reset while it was made`;
  return at.answered
    ? `${at.place} closed the connection before its answer was complete`
    : `${at.place} closed the connection without an answer`;
}

function isOfTls(code: string): boolean {
  return /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_PURPOSE|EPROTO$)/.test(
    code,
  );
}

/** Of several addresses tried, the first error speaks for all. */
function codeOf(error: unknown): string {
  const { code, errors } = partsOf(error);
  if (typeof code === 'string') return code;
  return Array.isArray(errors) && errors.length > 0 ? codeOf(errors[0]) : '';
}

function textOf(error: unknown): string {
  // OpenSSL's own errors carry a readable reason beside an unreadable message.
  const { message, reason } = partsOf(error);
  const text = [reason, message].find((one) => typeof one === 'string') ?? error;
  // Node's own advice is for those who start it, which the runner does.
  const plain = (String(text).split('\n')[0] ?? '').replace(/; if the root CA is installed locally.*/, '');
  return redact(plain).slice(0, 200);
}

/** By shape, not by class: an error may come from another realm. */
function partsOf(
  error: unknown,
): Partial<Readonly<Record<'code' | 'message' | 'reason' | 'errors' | 'statusCode', unknown>>> {
  return typeof error === 'object' && error !== null ? error : {};
}

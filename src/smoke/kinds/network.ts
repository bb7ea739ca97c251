// The kinds below HTTP: `tls` judges a certificate and its connection, `dns` the records of a name, `tcp` a port.
import { serverOf, withoutBrackets } from '../../kit/address.ts';
import type { Asking } from '../asking.ts';
import { type Attempted, judgedBy, unanswered, unasked } from '../attempt.ts';
import { isListed, notListed } from '../exchange.ts';
import { asText, daysFailures, judged, timeFailures } from '../expect.ts';
import type { Failure } from '../failure.ts';
import type { Handshake } from '../port.ts';
import { isAtLeast } from '../shape/expectation.ts';
import type { Check, Expectation } from '../shape.ts';
import { filled } from '../template.ts';
import { traceOf } from '../trace.ts';

/** The certificate must be trusted (chain, name, dates) unless the suite says `chain: any`; days are those of the certificate itself. */
export async function askTls(asking: Asking, check: Check): Promise<Attempted> {
  const place = placeOf(asking, check.tls);
  if (place === undefined) return unasked('its host and port are not valid once they are filled in');
  if (!mayAsk(asking, place.host)) return unasked(notListed(place.host));
  const seen = await asking.port.network.handshake({ ...place, ...lookOf(asking) });
  if (seen.kind === 'failed') return unanswered(seen, 'handshake');
  const expectation = filled(check.expect, asking.values);
  return judgedBy(handshakeFailures(expectation, seen, asking.port.clock.now()), {
    durationMs: seen.durationMs,
    trace: traceOf(seen),
  });
}

function handshakeFailures(wanted: Expectation, seen: Handshake, now: number): readonly Failure[] {
  const { distrust, protocol, names } = seen;
  const least = wanted.protocol;
  return [
    ...(distrust === undefined || wanted.chain === 'any'
      ? []
      : [{ about: 'chain', expected: 'trusted', got: distrustWords(distrust) }]),
    ...(wanted.days_left === undefined ? [] : daysFailures('certificate', wanted.days_left, seen.validTo, now)),
    ...chainFailures(wanted, seen, now),
    ...(Date.parse(seen.validFrom) > now
      ? [{ about: 'certificate', expected: 'valid now', got: `not before ${seen.validFrom}` }]
      : []),
    ...(least === undefined || isAtLeast(protocol, least)
      ? []
      : [{ about: 'protocol', expected: `at least ${least}`, got: protocol }]),
    ...(wanted.san ?? []).flatMap((name) =>
      names.some((one) => covers(one, name))
        ? []
        : [{ about: 'names', expected: name, got: names.join(', ') === '' ? 'no names' : names.join(', ') }],
    ),
    ...(wanted.issuer === undefined ? [] : judged('issuer', wanted.issuer, { kind: 'found', value: seen.issuer })),
  ];
}

const reasons: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the server signed it itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not known to this runner',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not known to this runner',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the server does not send the certificates between its own and a known authority',
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name',
};

/** OpenSSL's code, with what it means before it. */
function distrustWords(code: string): string {
  const reason = Object.hasOwn(reasons, code) ? reasons[code] : undefined;
  return reason === undefined ? code : `${reason} (${code})`;
}

/** A certificate of the chain that ends before the server's own takes it along. */
function chainFailures(
  { days_left: rule }: Expectation,
  { chainEnds, validTo }: Handshake,
  now: number,
): readonly Failure[] {
  if (rule === undefined || chainEnds === undefined || chainEnds >= validTo) return [];
  return daysFailures('certificate of the chain', rule, chainEnds, now);
}

/** A wildcard stands for one label (RFC 6125). */
function covers(pattern: string, name: string): boolean {
  if (!pattern.startsWith('*.')) return pattern.toLowerCase() === name.toLowerCase();
  const [label = '', ...rest] = name.toLowerCase().split('.');
  return label !== '' && rest.join('.') === pattern.slice(2).toLowerCase();
}

/** Without an expectation one record is enough. */
export async function askDns(asking: Asking, check: Check): Promise<Attempted> {
  if (check.dns === undefined) return unasked('it names no host');
  const { name, type } = filled(check.dns, asking.values);
  const signal = asking.port.cancelled;
  const told = await asking.port.network.names({ name, type, timeoutMs: asking.timeoutMs, signal });
  if (told.kind === 'failed') return unanswered(told, 'answer of DNS');
  const { answers: rule = { count: { gte: 1 } }, ttl } = filled(check.expect, asking.values);
  const only = typeof rule === 'object' && rule !== null ? told.answers : told.answers.join(', ');
  const kept = told.ttl === undefined ? ({ kind: 'nothing' } as const) : ({ kind: 'found', value: told.ttl } as const);
  const failures = [
    ...judged(`${type} of ${name}`, rule, { kind: 'found', value: only }),
    ...(ttl === undefined ? [] : judged(`TTL of ${name}`, ttl, kept)),
  ];
  return judgedBy(failures, { durationMs: told.durationMs });
}

/** `open: false` passes where nothing accepts: a port that must be closed. */
export async function askTcp(asking: Asking, check: Check): Promise<Attempted> {
  const place = placeOf(asking, check.tcp);
  if (place === undefined) return unasked('its host and port are not valid once they are filled in');
  if (!mayAsk(asking, place.host)) return unasked(notListed(place.host));
  const { open = true, banner, below } = filled(check.expect, asking.values);
  const send = filled(check.tcp?.send ?? '', asking.values);
  const told = await asking.port.network.open({ ...place, ...lookOf(asking), send, read: banner !== undefined });
  if (told.kind === 'failed') {
    if (open || told.trouble === 'refused' || told.trouble === 'dns') return unanswered(told, 'connection');
    return judgedBy([], { unreachable: told.unreachable });
  }
  const trace = traceOf(told);
  if (!open) return judgedBy([{ about: 'port', expected: 'closed', got: 'open' }], { trace });
  const said = banner === undefined ? [] : judged('banner', asText(banner), { kind: 'found', value: told.banner });
  return judgedBy([...said, ...timeFailures(below, told.durationMs)], { durationMs: told.durationMs, trace });
}

/** The host under test, on any port, and those that the suite lists. */
function mayAsk(asking: Asking, host: string): boolean {
  return host === serverOf(new URL(asking.address.baseUrl)).host || isListed(asking, host);
}

function lookOf({ timeoutMs, publicOnly, port }: Asking) {
  return { timeoutMs, publicOnly, signal: port.cancelled };
}

/** Host and port as asked; without a host that of the address under test, by way of the side that is not public yet. */
function placeOf(
  { address, values }: Asking,
  asked: { readonly host?: string | undefined; readonly port?: number | string | undefined } | undefined,
): { readonly host: string; readonly port: number; readonly connectTo?: string } | undefined {
  const base = new URL(address.baseUrl);
  const given = filled(asked?.host ?? base.hostname, values);
  // A host is the same in capitals, and so is the side that stands for it.
  const host = given.toLowerCase() === base.hostname ? base.hostname : given;
  const port = filled(asked?.port ?? usualPort(base, host), values);
  const number = Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65_535 || /[\s/@]/.test(host) || host === '')
    return undefined;
  const underTest = host === base.hostname && number === serverOf(base).port;
  const connectTo = underTest && address.connectTo !== undefined ? { connectTo: address.connectTo } : {};
  return { host: withoutBrackets(host), port: number, ...connectTo };
}

/** That of the address under test, where its own host is asked by https; else that of https. */
function usualPort(base: URL, host: string): number {
  return host === base.hostname && base.protocol === 'https:' ? serverOf(base).port : 443;
}

// Looks below HTTP for smoke checks: a handshake that is judged later, the records of a name, a port with its first words.
import { Resolver } from 'node:dns/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { checkServerIdentity, connect as connectTls, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import type { Handshake, Look, NameType, NetworkPort, NoReply, Opened } from '../../evidence/look.ts';
import { type Address, addressOf } from '../../kit/address.ts';
import { formatDuration } from '../../kit/duration.ts';
import { type Failing, failureOf, lateness } from '../http-failure.ts';
import { type Timing, timed, traceOf } from '../http-timing.ts';
import { proxyFor, tunnelTo } from '../proxy.ts';
import { publicAddresses } from './guard.ts';

export interface LookOptions {
  /** Certificates trusted besides the built-in ones, in PEM. */
  readonly ca?: string;
  /** DNS servers (`ip:port`) instead of the system's. */
  readonly nameServers?: readonly string[];
}

/** Serves `NetworkPort`. */
export function createLook(options: LookOptions = {}): NetworkPort {
  return {
    handshake: (look) =>
      looked({ ...look, proxied: true }, (to, end, seen, by) =>
        handshaken({ look, to, by, ca: options.ca }, end, seen),
      ),
    names: (asked) => recordsOf(asked, options.nameServers),
    open: (look) => looked({ ...look, proxied: false }, (to, end, seen) => opened({ look, to }, end, seen)),
  };
}

type End<T> = (answer: T | NoReply) => void;
interface Seen {
  connected: boolean;
  answered: boolean;
}
type Begin<T> = (to: Address, end: End<T>, seen: Seen, by: Socket | undefined) => Socket;

/** One connection under one deadline; `begin` says with `end` what came. `proxied`: through the proxy of the environment, as https goes. */
async function looked<T extends { readonly durationMs: number }>(
  look: Look & { readonly proxied: boolean },
  begin: Begin<T>,
): Promise<T | NoReply> {
  const began = performance.now();
  const since = () => Math.round(performance.now() - began);
  let to = look.connectTo === undefined ? { host: look.host, port: look.port } : addressOf(look.connectTo);
  if (to === undefined) return refused('the address to connect to is not host:port');
  const shown = isIP(to.host) === 6 ? `[${to.host}]:${to.port}` : `${to.host}:${to.port}`;
  const place = look.connectTo === undefined ? shown : `${shown} (as ${look.host}:${look.port})`;
  const proxy = look.proxied ? proxyFor(true, to) : undefined;
  if (look.publicOnly) {
    try {
      const checked = await publicAddresses(to.host);
      if ('because' in checked) return { ...refused(checked.because), trouble: 'refused' };
      to = { host: checked[0]?.address ?? to.host, port: to.port };
    } catch (error) {
      return { kind: 'failed', ...failureOf(error, { place, connected: false, answered: false }), durationMs: since() };
    }
  }
  const reached = to;
  const by = proxy === undefined ? undefined : await tunnelled(look, { proxy, to: reached, place });
  if (by !== undefined && 'kind' in by) return { ...by, durationMs: since() };
  return new Promise((resolve) => {
    if (look.signal.aborted) return resolve(refused('cancelled'));
    const seen: Seen = { connected: false, answered: false };
    const timing: Timing = { began };
    const at = (): Failing => ({ place, ...seen });
    const end: End<T> = (answer) => {
      clearTimeout(timer);
      look.signal.removeEventListener('abort', cancel);
      socket.destroy();
      resolve({ ...answer, ...traceOf(timing), durationMs: since() });
    };
    const cancel = () => end(refused('cancelled'));
    const timer = setTimeout(
      () => end({ kind: 'failed', ...lateness(look.timeoutMs, at()), durationMs: 0 }),
      Math.max(0, look.timeoutMs - since()),
    );
    look.signal.addEventListener('abort', cancel);
    const socket = begin(reached, end, seen, by);
    timed(socket, timing, () => {
      seen.connected = true;
    });
    socket.on('error', (error) => end({ kind: 'failed', ...failureOf(error, at()), durationMs: 0 }));
    socket.on('close', () => end({ ...refused(`${place} closed the connection`), trouble: 'network' }));
  });
}

async function tunnelled(
  { signal, timeoutMs }: Look,
  { proxy, to, place }: { readonly proxy: URL; readonly to: Address; readonly place: string },
): Promise<Socket | NoReply> {
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    return await tunnelTo(proxy, to, AbortSignal.any([signal, deadline]));
  } catch (error) {
    if (signal.aborted) return refused('cancelled');
    const at = { place: `${place} by way of the proxy ${proxy.host}`, connected: false, answered: false };
    const failure = deadline.aborted ? lateness(timeoutMs, at) : failureOf(error, at);
    // Nobody got as far as the service.
    return { kind: 'failed', ...failure, unreachable: true, durationMs: 0 };
  }
}

function refused(because: string): NoReply {
  return { kind: 'failed', because, unreachable: false, durationMs: 0 };
}

interface Asked {
  readonly look: Look;
  readonly to: Address;
  readonly ca?: string | undefined;
  /** A connection that leads there already. */
  readonly by?: Socket | undefined;
}

/** Whoever is at the other end is let in to be looked at; what no client would trust is said, and nothing is sent. */
function handshaken({ look, to, ca, by }: Asked, end: End<Handshake>, seen: Seen): TLSSocket {
  const socket = connectTls({
    ...(by === undefined ? to : { socket: by }),
    rejectUnauthorized: false,
    minVersion: 'TLSv1',
    ...(isIP(look.host) === 0 ? { servername: look.host } : {}),
    checkServerIdentity: (_host, shown) => checkServerIdentity(look.host, shown),
    ...(ca === undefined ? {} : { ca }),
  });
  socket.once('secureConnect', () => {
    seen.answered = true;
    const leaf = socket.getPeerCertificate(true);
    if (leaf.valid_to === undefined) return end(refused('it showed no certificate'));
    const ends = issuersOf(leaf).map((issuer) => new Date(issuer.valid_to).toISOString());
    end({
      kind: 'handshake',
      distrust: socket.authorized ? undefined : String(socket.authorizationError ?? 'not trusted'),
      protocol: socket.getProtocol() ?? '',
      names: namesOf(leaf),
      issuer: [leaf.issuer?.O ?? leaf.issuer?.CN ?? ''].flat().join(', '),
      validFrom: new Date(leaf.valid_from).toISOString(),
      validTo: new Date(leaf.valid_to).toISOString(),
      chainEnds: ends.sort()[0],
      durationMs: 0,
    });
  });
  return socket;
}

/** The certificates between the server's own and a root: a root that ends is replaced in the stores of clients, not by the server. */
function issuersOf(leaf: DetailedPeerCertificate): readonly DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  for (
    let one = leaf.issuerCertificate;
    one !== undefined && one !== null && !chain.includes(one);
    one = one.issuerCertificate
  ) {
    if (one.fingerprint256 !== leaf.fingerprint256 && one.issuerCertificate?.fingerprint256 !== one.fingerprint256)
      chain.push(one);
    if (one.issuerCertificate === one) break;
  }
  return chain;
}

function namesOf({ subjectaltname, subject }: DetailedPeerCertificate): readonly string[] {
  const names = (subjectaltname ?? '').split(', ').flatMap((one) => /^(?:DNS|IP Address):(.+)$/.exec(one)?.[1] ?? []);
  return names.length > 0 ? names : [subject?.CN ?? ''].flat().filter((one) => one !== '');
}

const mostBanner = 4_096;

function opened(
  { look, to }: { readonly look: Look & { readonly send: string; readonly read: boolean }; readonly to: Address },
  end: End<Opened>,
  seen: Seen,
): Socket {
  const socket = connectTcp(to);
  let banner = '';
  socket.once('connect', () => {
    if (look.send !== '') socket.write(look.send);
    if (!look.read) end({ kind: 'open', banner: '', durationMs: 0 });
  });
  // The first line is what a banner is; what comes without an end is taken when there is enough of it.
  socket.on('data', (piece) => {
    seen.answered = true;
    banner += piece.toString('utf8');
    if (banner.includes('\n') || banner.length >= mostBanner)
      end({ kind: 'open', banner: (banner.split('\n')[0] ?? '').slice(0, mostBanner).trimEnd(), durationMs: 0 });
  });
  socket.once('end', () => end({ kind: 'open', banner: banner.trimEnd(), durationMs: 0 }));
  return socket;
}

/** Codes by which a server says that there is no such record; all others leave it open. */
const nothing = ['ENOTFOUND', 'ENODATA'];

async function recordsOf(
  { name, type, timeoutMs, signal }: Parameters<NetworkPort['names']>[0],
  servers: readonly string[] | undefined,
) {
  const began = performance.now();
  const since = () => Math.round(performance.now() - began);
  const resolver = new Resolver({ timeout: Math.max(100, Math.min(2_000, Math.floor(timeoutMs / 2))), tries: 2 });
  if (servers !== undefined) resolver.setServers(servers);
  const end = () => resolver.cancel();
  const timer = setTimeout(end, timeoutMs);
  signal?.addEventListener('abort', end, { once: true });
  try {
    if (signal?.aborted === true) return refused('cancelled');
    const records = await recordsIn(resolver, name, type);
    const answers = records.map((one) => textOf(one)).sort();
    const ttls = records.flatMap(({ ttl }) => ttl ?? []);
    const ttl = ttls.length === 0 ? {} : { ttl: Math.max(...ttls) };
    return { kind: 'names', answers, ...ttl, durationMs: since() } as const;
  } catch (error: any) {
    const code = typeof error?.code === 'string' ? error.code : 'no answer';
    if (nothing.includes(code)) return { kind: 'names', answers: [], durationMs: since() } as const;
    // Its own time was over, or that of the run.
    const late = code === 'ECANCELLED';
    const because = `DNS did not tell about ${name} ${late ? `within ${formatDuration(since())}` : `(${code})`}`;
    const trouble = late ? 'timeout' : 'dns';
    return { kind: 'failed', because, unreachable: true, durationMs: since(), trouble } as const;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}

/** Node tells how long they may be kept of addresses alone. */
function recordsIn(resolver: Resolver, name: string, type: NameType): Promise<readonly any[]> {
  if (type === 'A') return resolver.resolve4(name, { ttl: true });
  return type === 'AAAA' ? resolver.resolve6(name, { ttl: true }) : (resolver.resolve(name, type) as Promise<any>);
}

/** A record in the order of a zone file: `10 mail.example`, `0 5 443 host.example`; the pieces of a TXT record as one. */
function textOf(record: any): string {
  if (typeof record === 'string') return record.toLowerCase();
  if ('address' in record) return record.address.toLowerCase();
  if (Array.isArray(record)) return record.join('');
  if ('exchange' in record) return `${record.priority} ${String(record.exchange).toLowerCase()}`;
  return `${record.priority} ${record.weight} ${record.port} ${String(record.name).toLowerCase()}`;
}

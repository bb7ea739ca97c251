// The certificate a server shows, verified as any client would: chain, name and dates.
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { type Answer, known, unknown } from '../../evidence/answer.ts';
import { addressOf } from '../../kit/address.ts';
import { failureOf } from '../http-failure.ts';

/** For connection and handshake together (ours). */
const timeoutMs = 10_000;

/** The certificate of `host` or `host:port`. One that is not trusted is a known answer; a server nobody reaches is unknown. `ca`: PEM
 * trusted besides the built-in ones. Never throws. */
export function certificateOf(text: string, ca?: string): Promise<Answer<'tls'>> {
  const address = addressOf(text, 443);
  if (address === undefined) {
    return Promise.resolve(unknown('it is neither a host nor host:port', 'write `tls: {host: shop.example}`'));
  }
  const { host } = address;
  const place = `${host}:${address.port}`;
  return new Promise((resolve) => {
    let connected = false;
    const end = (answer: Answer<'tls'>) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const socket = connect({
      ...address,
      rejectUnauthorized: true,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(ca === undefined ? {} : { ca }),
    });
    const timer = setTimeout(
      () =>
        end(unknown(`no TLS connection to ${place} within ${timeoutMs / 1000} s`, 'check that this runner reaches it')),
      timeoutMs,
    );
    socket.once('connect', () => {
      connected = true;
    });
    socket.once('secureConnect', () => {
      const { valid_from, valid_to, subject } = socket.getPeerCertificate();
      const [validFrom, validTo] = [Date.parse(valid_from), Date.parse(valid_to)];
      if (!Number.isFinite(validFrom) || !Number.isFinite(validTo))
        return end(unknown(`${place} shows no certificate with dates`, 'look at the certificate by hand'));
      end(known({ kind: 'trusted', name: [subject?.CN ?? ''].flat().join(', '), validFrom, validTo }));
    });
    socket.on('error', (error) => {
      const { because, unreachable, trouble } = failureOf(error, { place, connected, answered: false });
      const refused = trouble === 'tls';
      end(
        refused && !unreachable
          ? known({ kind: 'refused', because })
          : unknown(because, 'check the host, and that this runner reaches it'),
      );
    });
  });
}

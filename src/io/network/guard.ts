// Keeps requests away from private and local addresses: the address that was checked is the one that is connected to.
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

// IANA special-purpose registries: this host, private use, carrier-grade NAT, loopback, link-local (cloud metadata), benchmarks, multicast, reserved.
const reserved4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;
const reserved6 = [
  ['::', 128],
  ['::1', 128],
  ['64:ff9b:1::', 48],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const;

let made: BlockList | undefined;

/** Made with the first look: where private addresses may be asked nobody looks. */
function blocked(): BlockList {
  if (made !== undefined) return made;
  made = new BlockList();
  for (const [address, prefix] of reserved4) made.addSubnet(address, prefix, 'ipv4');
  for (const [address, prefix] of reserved6) made.addSubnet(address, prefix, 'ipv6');
  return made;
}

/** True for an address that only this machine or its own network can mean; an IPv4 address inside an IPv6 one counts as itself. */
export function isPrivate(address: string): boolean {
  const bare = address.replace(/%.*$/, '');
  if (isIP(bare) === 4) return blocked().check(bare, 'ipv4');
  if (isIP(bare) !== 6) return true;
  const inner = innerOf(bare);
  return inner === undefined ? blocked().check(bare, 'ipv6') : blocked().check(inner, 'ipv4');
}

/** The IPv4 address inside `::ffff:…` (mapped), `::…` (compatible) and `64:ff9b::…` (NAT64). */
function innerOf(address: string): string | undefined {
  const words = wordsOf(address);
  const head = words.slice(0, 6).join(':');
  const known = ['0:0:0:0:0:65535', '0:0:0:0:0:0', '100:65435:0:0:0:0'];
  const [high = 0, low = 0] = words.slice(6);
  if (!known.includes(head) || (head === '0:0:0:0:0:0' && high === 0 && low <= 1)) return undefined;
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** The eight words of an IPv6 address. */
function wordsOf(address: string): readonly number[] {
  // The address parser of URLs writes one form: no dots, shortest zeros.
  const [left = '', right] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const parts = (text: string) => (text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16)));
  if (right === undefined) return parts(left);
  const [before, after] = [parts(left), parts(right)];
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
}

export interface Checked {
  readonly address: string;
  readonly family: 4 | 6;
}

/** The addresses of a host, all of them public; or why it is not asked. A name with one private address is refused whole. */
export async function publicAddresses(host: string): Promise<readonly Checked[] | { readonly because: string }> {
  const found = isIP(host) === 0 ? await lookup(host, { all: true }) : [{ address: host, family: isIP(host) }];
  const wrong = found.find(({ address }) => isPrivate(address));
  if (wrong === undefined && found.length > 0)
    return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
  const where = wrong === undefined || wrong.address === host ? host : `${host} (${wrong.address})`;
  return {
    because: `${where} is in a private network, which is not asked here: write network: {private: allow} in the suite on the default branch if it may be`,
  };
}

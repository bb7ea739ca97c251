// Addresses in a text: the hosts of its URLs, and which of them are no hosts of production.
import { anyMatches } from '../../kit/glob.ts';

export interface Addresses {
  /** How many different hosts are named. */
  readonly all: number;
  /** Those of a machine of one's own, of a private network, or of a stage before production. */
  readonly wrong: readonly string[];
}

/** The longest text of a URL that is looked at; what follows belongs to something else. */
const url = /\b(?:https?|wss?):\/\/(?:[^\s/@"'`<>]{1,100}@)?([A-Za-z0-9.-]{1,253}|\[[0-9a-f:]{2,45}\])/gi;

const ownMachine = /^(localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1?\]|.*\.(local|localhost|test|invalid))$/;
const privateNetwork = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)\d/;
const before = [
  'staging',
  'stage',
  'stg',
  'dev',
  'develop',
  'development',
  'test',
  'testing',
  'sandbox',
  'qa',
  'uat',
  'preprod',
  'preview',
];

/** The hosts of a text; `allow` are globs of hosts that are let through. */
export function foreignAddresses(text: string, allow: readonly string[]): Addresses {
  const hosts = new Set([...text.matchAll(url)].map(([, host = '']) => host.toLowerCase().replace(/\.$/, '')));
  const judged = [...hosts].filter((host) => host !== '' && !anyMatches(allow, host));
  return { all: hosts.size, wrong: judged.filter(isForeign) };
}

function isForeign(host: string): boolean {
  if (ownMachine.test(host) || privateNetwork.test(host)) return true;
  const labels = host.split('.');
  // The last label is the top level domain, but for a name without any.
  const own = labels.length === 1 ? labels : labels.slice(0, -1);
  const words = own.flatMap((label) => label.split('-'));
  return words.some((word) => before.includes(word.replace(/\d+$/, '')));
}

// The records of a name, asked of DNS itself: the runner's hosts file has no say.
import { Resolver } from 'node:dns/promises';
import { type Answer, known, unknown } from '../../evidence/answer.ts';

/** One try a server, two tries; the deadline ends whatever is under way then (ours). */
const tryMs = 2_000;
const deadlineMs = 8_000;

/** Codes by which a server says that there is no such record; all others leave it open. */
const nothing = ['ENOTFOUND', 'ENODATA'];

/** Asks for the addresses and the alias of a name. `servers`: `ip:port` each, default the system's. Never throws. */
export function createNames(servers?: readonly string[]): (host: string) => Promise<Answer<'dns'>> {
  return async (host) => {
    const resolver = new Resolver({ timeout: tryMs, tries: 2 });
    if (servers !== undefined) resolver.setServers(servers);
    const timer = setTimeout(() => resolver.cancel(), deadlineMs);
    try {
      const [v4, v6, alias] = await Promise.all([
        orNone(resolver.resolve4(host)),
        orNone(resolver.resolve6(host)),
        orNone(resolver.resolveCname(host)),
      ]);
      return known({ v4, v6, alias });
    } catch (error) {
      const remedy = 'check the name, and the DNS servers of this runner';
      return unknown(`DNS did not tell about ${host} (${codeOf(error)})`, remedy);
    } finally {
      clearTimeout(timer);
    }
  };
}

async function orNone(asked: Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return (await asked).map((one) => one.toLowerCase()).sort();
  } catch (error) {
    if (nothing.includes(codeOf(error))) return [];
    throw error;
  }
}

function codeOf(error: unknown): string {
  const { code } = typeof error === 'object' && error !== null ? (error as { readonly code?: unknown }) : {};
  return typeof code === 'string' ? code : 'no answer';
}

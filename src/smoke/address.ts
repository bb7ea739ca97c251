// Which address is tested: the environment's URL or the input's, and the side behind it that is not public yet.
import { Problem } from '../kit/problem.ts';
import { withVariables } from '../kit/variable.ts';
import type { Effective } from '../policy/effective.ts';
import { shownAddress } from './discretion.ts';
import type { Address } from './outgoing.ts';
import type { Suite } from './shape.ts';

export interface AddressAsked {
  readonly baseUrl: string;
  readonly connectTo: string;
}

/** Environments to which the suite gives an address. */
interface Places {
  readonly places?: readonly string[];
}

type Read = (name: string) => string | undefined;

/** The policy with the address that the suite gives this environment, where the policy itself gives none. */
export function withBase<P extends Pick<Effective, 'url' | 'environment'>>(
  policy: P,
  suite: Pick<Suite, 'environments'> | undefined,
): P & Places {
  const places = suite?.environments ?? {};
  const base = Object.hasOwn(places, policy.environment) ? places[policy.environment]?.base : undefined;
  const others = Object.keys(places).filter((name) => places[name]?.base !== undefined);
  if (policy.url === undefined && base !== undefined) return { ...policy, url: base };
  return others.length === 0 ? policy : { ...policy, places: others };
}

/** Throws a Problem when there is no address, or when `connect-to` is neither host:port nor a side with an address. */
export function addressOf(
  asked: AddressAsked,
  policy: Pick<Effective, 'url' | 'traffic' | 'environment'> & Places,
  read: Read,
): Address {
  const side = sideOf(asked.connectTo, policy, read);
  const base = baseOf(asked, policy, read);
  if (side === undefined) {
    if (base === undefined) throw noAddress(policy);
    return { baseUrl: base, connectTo: asked.connectTo === '' ? undefined : asked.connectTo };
  }
  if (base === undefined) return { baseUrl: side.origin };
  // A side past the router may speak plain http where the entrance speaks https.
  const { host, pathname } = new URL(base);
  const path = pathname.replace(/\/+$/, '');
  return { baseUrl: `${new URL(side.origin).protocol}//${host}${path}`, connectTo: side.place };
}

/** Whether it is the address that users have: no side is picked, and the URL is the environment's own. */
export function isPublic(asked: AddressAsked, policy: Pick<Effective, 'url'>, read: Read): boolean {
  if (asked.connectTo !== '') return false;
  const own = policy.url === undefined ? '' : withVariables(policy.url, read, 'environments');
  return asked.baseUrl === '' || own === '' || bare(asked.baseUrl) === bare(own);
}

function bare(url: string): string {
  return url.replace(/\/+$/, '');
}

function baseOf(
  { baseUrl }: AddressAsked,
  policy: Pick<Effective, 'url' | 'environment'>,
  read: Read,
): string | undefined {
  const place = baseUrl === '' ? `environments.${policy.environment}.url` : 'input base-url';
  const written = baseUrl === '' ? policy.url : baseUrl;
  if (written === undefined) return undefined;
  const url = withVariables(written, read, place);
  // Behind a query or a fragment the path of a check would be a part of it, and every check ask the first page.
  if (/^https?:\/\/[^/?#][^?#]*$/.test(url) && URL.canParse(url)) return bare(url);
  throw new Problem({
    what: `“${shownAddress(url)}” is no address to ask`,
    where: place,
    fix: 'Write it with http:// or https:// and without a query, such as https://shop.example.',
    reason: 'bad-input',
  });
}

function sideOf(connectTo: string, { traffic }: Pick<Effective, 'traffic'>, read: Read) {
  if (connectTo === '') return undefined;
  const written = Object.hasOwn(traffic?.at ?? {}, connectTo) ? traffic?.at[connectTo] : undefined;
  if (written === undefined) {
    if (/^(\[[0-9a-f:.]+(?:%[\w.-]+)?\]|[^:/\s]+):\d{1,5}$/i.test(connectTo)) return undefined;
    throw notASide(connectTo, Object.keys(traffic?.at ?? {}));
  }
  const filledIn = withVariables(written, read, `traffic.at.${connectTo}`);
  const address = filledIn.includes('://') ? filledIn : `http://${filledIn}`;
  if (!URL.canParse(address)) throw notASide(connectTo, []);
  const url = new URL(address);
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return { origin: bare(`${url.origin}${url.pathname}`), place: `${url.hostname}:${port}` };
}

function noAddress({ environment, places = [] }: Pick<Effective, 'environment'> & Places): Problem {
  const others =
    places.length === 0 ? '' : ` The suite has one for ${places.join(', ')}: is that the input \`environment\`?`;
  return new Problem({
    what: `Nobody says which address to test in ${environment}`,
    where: 'input base-url',
    fix: `Give \`base-url: https://…\`, or add to the suite: environments: {${environment}: {base: "https://…"}}, or to the policy: environments: {${environment}: {url: "https://…"}}.${others}`,
    reason: 'no-address',
  });
}

function notASide(connectTo: string, sides: readonly string[]): Problem {
  const known =
    sides.length === 0
      ? 'The policy gives no side an address: write host:port, or name the side under traffic.at of the policy.'
      : `Sides with an address: ${sides.join(', ')}.`;
  return new Problem({
    what: `“${connectTo}” is neither host:port nor a side with an address`,
    where: 'input connect-to',
    fix: known,
    reason: 'bad-input',
  });
}

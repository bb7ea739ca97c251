// Where a request goes: the address of its URL, or the one it is to be sent by way of.
import { type Address, addressOf, serverOf } from '../kit/address.ts';
import type { HttpRequest } from '../world.ts';

export interface Target extends Address {
  readonly url: URL;
  readonly place: string;
}

/** Where the request goes, or what is wrong with its address. */
export function targetOf(request: HttpRequest): Target | string {
  const url = urlOf(request.url);
  if (url === undefined) return 'the URL is not valid: it must begin with http:// or https://';
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return `${url.protocol} is not asked: only http: and https: are`;
  const { connectTo } = request;
  const own = serverOf(url);
  if (connectTo === undefined) return { url, ...own, place: `${url.hostname}:${own.port}` };
  const to = addressOf(connectTo);
  return to === undefined
    ? 'the address to connect to is not host:port'
    : { url, ...to, place: `${connectTo} (as ${url.host})` };
}

function urlOf(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

// Where a request goes: the address of its URL, or the one it is to be sent by way of.
import type { HttpRequest } from '../world.ts';

export interface Target {
  readonly url: URL;
  readonly host: string;
  readonly port: number;
  readonly place: string;
}

/** Where the request goes, or what is wrong with its address. */
export function targetOf(request: HttpRequest): Target | string {
  const url = urlOf(request.url);
  if (url === undefined) return 'the URL is not valid: it must begin with http:// or https://';
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return `${url.protocol} is not asked: only http: and https: are`;
  const host = bare(url.hostname);
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  const own = { url, host, port, place: `${url.hostname}:${port}` };
  if (request.connectTo === undefined) return own;
  const to = /^(\[[0-9a-f:.]+(?:%[\w.-]+)?\]|[^:/@\s]+):(\d{1,5})$/i.exec(request.connectTo);
  if (to === null || Number(to[2]) > 65_535) return 'the address to connect to is not host:port';
  return { url, host: bare(to[1] ?? ''), port: Number(to[2]), place: `${request.connectTo} (as ${url.host})` };
}

function urlOf(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** A host without the brackets of IPv6. */
export function bare(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host;
}

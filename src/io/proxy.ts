// Which proxy a connection goes by: HTTP_PROXY, HTTPS_PROXY and NO_PROXY, read as curl reads them. Node's own agents know neither networks nor subdomains.
import { type AgentOptions, Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { BlockList, isIP, type Socket } from 'node:net';
import { type Address, withoutBrackets } from '../kit/address.ts';
import { plainText } from '../kit/url-text.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy for a host; undefined where it is asked directly. Other schemes than http and https are no proxies that we know. */
export function proxyFor(secure: boolean, to: Address, env: Environment = process.env): URL | undefined {
  const named = secure ? env.https_proxy || env.HTTPS_PROXY : env.http_proxy || env.HTTP_PROXY;
  if (named === undefined || named.trim() === '') return undefined;
  const text = named.trim();
  const whole = text.includes('://') ? text : `http://${text}`;
  const url = /^https?:/i.test(whole) && URL.canParse(whole) ? new URL(whole) : undefined;
  if (url === undefined || isExcepted(to, env.no_proxy || env.NO_PROXY || '')) return undefined;
  return url;
}

/** `*`, `host` and `.domain` with all below them, `host:port`, addresses, networks (`10.0.0.0/8`, `fd00::/8`) and ranges (`10.0.0.1-10.0.0.9`). */
function isExcepted({ host, port }: Address, list: string): boolean {
  const name = host.toLowerCase();
  return list
    .toLowerCase()
    .split(/[,\s]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [, bracketed, only, at] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(entry) ?? [];
      if (at !== undefined && Number(at) !== port) return false;
      const place = withoutBrackets(bracketed ?? only ?? entry);
      if (isIP(name) !== 0) return place === name || isWithin(name, place);
      const domain = place.replace(/^\*?\./, '');
      return name === domain || name.endsWith(`.${domain}`);
    });
}

function isWithin(address: string, place: string): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  const [first = '', second = ''] = place.split(/[/-]/);
  const list = new BlockList();
  try {
    if (isIP(first) !== isIP(address)) return false;
    if (/\/\d+$/.test(place)) list.addSubnet(first, Number(second), family);
    else if (place.includes('-')) list.addRange(first, second, family);
    else if (first === place) list.addAddress(first, family);
    return list.check(address, family);
  } catch {
    return false;
  }
}

export interface Pools {
  /** The agent for a place: through its proxy, where it has one (from Node 24 on, which the actions run on). */
  readonly agentFor: (secure: boolean, to: Address) => HttpAgent;
}

/** Agents that are made as they are needed. */
export function poolsOf(options: AgentOptions): Pools {
  const agents = new Map<string, HttpAgent>();
  return {
    agentFor: (secure, to) => {
      const proxy = proxyFor(secure, to)?.href ?? '';
      const key = `${secure} ${proxy}`;
      const known =
        agents.get(key) ?? agentOf(secure, { ...options, proxyEnv: { http_proxy: proxy, https_proxy: proxy } });
      agents.set(key, known);
      return known;
    },
  };
}

function agentOf(secure: boolean, options: AgentOptions & { readonly proxyEnv: NodeJS.ProcessEnv }): HttpAgent {
  return secure ? new HttpsAgent(options) : new HttpAgent(options);
}

/** A connection to `to` through the proxy, on which nothing was said yet. Rejects with what the proxy or the way to it says. */
export function tunnelTo(proxy: URL, to: Address, signal: AbortSignal): Promise<Socket> {
  const authority = isIP(to.host) === 6 ? `[${to.host}]:${to.port}` : `${to.host}:${to.port}`;
  const pair = `${plainText(proxy.username)}:${plainText(proxy.password)}`;
  const authorization = pair === ':' ? {} : { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
  const request = (proxy.protocol === 'https:' ? httpsRequest : httpRequest)({
    method: 'CONNECT',
    host: withoutBrackets(proxy.hostname),
    port: proxy.port,
    path: authority,
    headers: { host: authority, ...authorization },
    agent: false,
    signal,
  });
  return new Promise((resolve, reject) => {
    request.once('connect', ({ statusCode = 0 }, socket) => {
      if (statusCode >= 200 && statusCode < 300) return resolve(socket);
      socket.destroy();
      reject(Object.assign(new Error(), { code: 'ERR_PROXY_TUNNEL', statusCode }));
    });
    request.once('error', reject);
    request.end();
  });
}

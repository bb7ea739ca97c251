// A registry of images on 127.0.0.1 as the distribution API has it: manifests by tag and digest, behind a token it asks for.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RegistryOptions {
  /** How it asks who is there; default: by a token that anybody gets. */
  readonly door?: 'open' | 'token' | 'basic';
  /** `user:password` that may pull; without it everybody may. */
  readonly user?: string;
}

export interface FakeRegistry {
  /** `127.0.0.1:port`. */
  readonly host: string;
  /** `METHOD path status`, in order. */
  readonly log: string[];
  /** What the next requests get instead, in order: a status, or a cut connection. */
  readonly trouble: (number | 'cut')[];
  /** Keeps an image under a name and tags; gives its digest. */
  push(name: string, tags?: readonly string[], body?: string): string;
  /** Lets a tag or a digest answer with the digest of something else. */
  lie(name: string, wanted: string, digest: string): void;
  close(): Promise<void>;
}

const types = 'application/vnd.oci.image.manifest.v1+json';

/** Starts it on a free port. */
export async function startRegistry({ door = 'token', user }: RegistryOptions = {}): Promise<FakeRegistry> {
  const images = new Map<string, string>();
  const log: string[] = [];
  const trouble: (number | 'cut')[] = [];
  const basic = user === undefined ? undefined : `Basic ${Buffer.from(user).toString('base64')}`;
  let host = '';

  function answer(request: IncomingMessage, url: URL): readonly [number, Record<string, string>, string?] {
    if (url.pathname === '/token') {
      const isKnown = basic === undefined || request.headers.authorization === basic;
      const scope = url.searchParams.get('scope') ?? '';
      return isKnown
        ? [200, { 'content-type': 'application/json' }, JSON.stringify({ token: `for ${scope}` })]
        : [401, {}];
    }
    const [, name = '', wanted = ''] = /^\/v2\/(.+)\/manifests\/([^/]+)$/.exec(url.pathname) ?? [];
    const scope = `repository:${name}:pull`;
    const challenge =
      door === 'basic'
        ? 'Basic realm="registry"'
        : `Bearer realm="http://${host}/token",service="registry",scope="${scope}"`;
    const isIn =
      door === 'open' ||
      (door === 'token'
        ? request.headers.authorization === `Bearer for ${scope}`
        : request.headers.authorization === basic);
    if (!isIn) return [401, { 'www-authenticate': challenge }];
    // Asked for a form it does not have, it would have none.
    if (!(request.headers.accept ?? '').includes(types)) return [404, {}];
    const digest = images.get(`${name}@${wanted}`);
    return digest === undefined ? [404, {}] : [200, { 'content-type': types, 'docker-content-digest': digest }];
  }

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://registry');
    const next = trouble.shift();
    const [status, headers, body = ''] = typeof next === 'number' ? [next, {}] : answer(request, url);
    log.push(`${request.method} ${url.pathname} ${next === 'cut' ? 'cut' : status}`);
    if (next === 'cut') return void request.socket.destroy();
    response.writeHead(status, headers);
    response.end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    log,
    trouble,
    push(name, tags = [], body = name) {
      const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
      for (const wanted of [digest, ...tags]) images.set(`${name}@${wanted}`, digest);
      return digest;
    },
    lie: (name, wanted, digest) => void images.set(`${name}@${wanted}`, digest),
    async close() {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

// Cookies of one chain of checks: kept by host, sent back there and nowhere else.

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  readonly secure: boolean;
}

/** Cookies by host, and by name and path (RFC 6265, 5.3). A check begins with those of the checks it needs. */
export type Jar = Map<string, Map<string, Cookie>>;

export function joined(jars: readonly Jar[]): Jar {
  const whole: Jar = new Map();
  for (const [host, cookies] of jars.flatMap((jar) => [...jar]))
    whole.set(host, new Map([...(whole.get(host) ?? []), ...cookies]));
  return whole;
}

interface From {
  readonly url: URL;
  /** The side behind an entrance answered: what it sets for https comes back to it as it came. */
  readonly behind: boolean;
}

/** Keeps what an answer sets at the instant `now` (ms); gives the values that scripts of a page may not read: they are secrets. */
export function keepCookies(jar: Jar, { url, behind }: From, lines: readonly string[], now: number): readonly string[] {
  return lines.flatMap((line) => {
    const [pair = '', ...rest] = line.split(';');
    const at = pair.indexOf('=');
    if (at < 1) return [];
    const attributes = new Map(rest.map((one) => wordOf(one)));
    const host = hostOf(url, attributes.get('domain'));
    if (host === undefined) return [];
    const cookies = jar.get(host) ?? new Map<string, Cookie>();
    const [name, value] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    const given = attributes.get('path') ?? '/';
    const path = given.startsWith('/') ? given : '/';
    const secure = attributes.has('secure') && !(behind && url.protocol === 'http:');
    if (isOver(attributes, now)) cookies.delete(`${name};${path}`);
    else cookies.set(`${name};${path}`, { name, value, path, secure });
    jar.set(host, cookies);
    return attributes.has('httponly') ? [value] : [];
  });
}

/** The Cookie header for `url`, with those that the suite itself sends; empty where there is none. */
export function cookiesFor(jar: Jar, url: URL, own: Readonly<Record<string, string>>): string {
  if (jar.size === 0 && Object.keys(own).length === 0) return '';
  const kept = [...jar].flatMap(([host, cookies]) => {
    const fits = host.startsWith('.') ? `.${url.hostname}`.endsWith(host) : url.hostname === host;
    return fits ? [...cookies.values()] : [];
  });
  const sent = kept
    .filter(({ path, secure }) => (!secure || url.protocol === 'https:') && isBelow(url.pathname, path))
    // Of several with one name that of the longest path is meant: servers take the first, which has it.
    .sort((a, b) => a.path.length - b.path.length);
  const all = new Map([...sent.map(({ name, value }): [string, string] => [name, value]), ...Object.entries(own)]);
  return [...all].map(([name, value]) => `${name}=${value}`).join('; ');
}

function wordOf(text: string): [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text.trim().toLowerCase(), ''] : [text.slice(0, at).trim().toLowerCase(), text.slice(at + 1).trim()];
}

/** The host itself, or with a dot in front the domain that the answer names, when the host is in it and it is more than one label. */
function hostOf({ hostname }: URL, domain: string | undefined): string | undefined {
  const named = (domain ?? '').replace(/^\./, '').toLowerCase();
  if (named === '') return hostname;
  if (named === hostname && !named.includes('.')) return hostname;
  return named.includes('.') && `.${hostname}`.endsWith(`.${named}`) ? `.${named}` : undefined;
}

/** Max-Age counts before Expires (RFC 6265, 5.3). */
function isOver(attributes: ReadonlyMap<string, string>, now: number): boolean {
  const age = attributes.get('max-age');
  return age === undefined ? Date.parse(attributes.get('expires') ?? '') <= now : Number(age) <= 0;
}

function isBelow(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);
}

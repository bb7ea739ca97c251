// Addresses of servers: a host and a port, an IPv6 host in brackets where both stand in one text.

export interface Address {
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
}

/** The parts of `host:port` or, where a usual port is given, of `host`; undefined when the text is neither. */
export function addressOf(text: string, usualPort?: number): Address | undefined {
  const match = /^(\[[0-9a-f:.]+(?:%[\w.-]+)?\]|[^:/@\s[\]]+)(?::(\d{1,5}))?$/i.exec(text.trim());
  const port = match?.[2] === undefined ? usualPort : Number(match[2]);
  if (match === null || port === undefined || port < 1 || port > 65_535) return undefined;
  return { host: withoutBrackets(match[1] ?? ''), port };
}

/** Where the server of an http or https URL listens. */
export function serverOf({ hostname, port, protocol }: URL): Address {
  return { host: withoutBrackets(hostname), port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) };
}

/** A host as sockets and programs take it. */
export function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

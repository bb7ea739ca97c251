// Addresses as the policy writes them: `host:port`, an IPv6 host in brackets.

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The parts of `host:port` or, where a usual port is given, of `host`; undefined when the text is neither. */
export function addressOf(text: string, usualPort?: number): Address | undefined {
  const match = /^(\[[0-9a-f:.]+(?:%[\w.-]+)?\]|[^:/@\s[\]]+)(?::(\d{1,5}))?$/i.exec(text.trim());
  const port = match?.[2] === undefined ? usualPort : Number(match[2]);
  if (match === null || port === undefined || port < 1 || port > 65_535) return undefined;
  return { host: (match[1] ?? '').replace(/^\[|\]$/g, ''), port };
}

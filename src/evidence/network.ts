// What the network tells when it is asked itself: a URL, a certificate, a name, a port. Texts asked for may hold `${NAME}`: io fills them in.

/** The kinds of questions that go to the network; all others go to GitHub and the workspace. */
export const networkKinds = ['http', 'tls', 'dns', 'tcp', 'metric', 'alerting', 'weights', 'sql', 'flag'] as const;
export type NetworkKind = (typeof networkKinds)[number];

/** The answer to one GET, no redirect followed; or why something that was reached gave none. */
export type HttpFact =
  | { readonly kind: 'reply'; readonly status: number; readonly body: string; readonly truncated: boolean }
  | { readonly kind: 'failed'; readonly because: string };

/** A certificate that was verified (instants in ms), or why it was not trusted. */
export type TlsFact =
  | { readonly kind: 'trusted'; readonly name: string; readonly validFrom: number; readonly validTo: number }
  | { readonly kind: 'refused'; readonly because: string };

/** The records of a name: IPv4 and IPv6 addresses, and the name it stands for; all empty when there is no such name. Lower-case. */
export interface DnsFact {
  readonly v4: readonly string[];
  readonly v6: readonly string[];
  readonly alias: readonly string[];
}

/** Whether a port accepts connections; `because` says why not. */
export interface TcpFact {
  readonly open: boolean;
  readonly because: string;
}

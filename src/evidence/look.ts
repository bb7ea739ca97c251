// What a look at the network below HTTP is given and tells: a handshake, the records of a name, a port.

/** Why nothing came; `refused`: we did not ask, because the address is private or not allowed. */
export type TransportTrouble = 'network' | 'dns' | 'tls' | 'timeout' | 'refused';

/** Who was asked, and how far that went until it ended. */
export interface Traced {
  /** Address of the other end; of a proxy where one stands between. */
  readonly peer?: string;
  /** Where the time went, in ms; what a kept connection did before is not in it. */
  readonly phases?: HttpPhases;
}

/** `unreachable`: nothing was there to talk to. */
export interface NoReply extends Traced {
  readonly kind: 'failed';
  readonly because: string;
  readonly unreachable: boolean;
  readonly durationMs: number;
  readonly trouble?: TransportTrouble;
}

/** What one look below HTTP is given. */
export interface Look {
  readonly host: string;
  readonly port: number;
  /** `host:port` to connect to in its place; the name stays that of `host`. */
  readonly connectTo?: string;
  readonly timeoutMs: number;
  /** Private and local addresses are refused. */
  readonly publicOnly: boolean;
  readonly signal: AbortSignal;
}

/** A handshake that was made, trusted or not. */
export interface Handshake extends Traced {
  readonly kind: 'handshake';
  /** Why no client would trust it (chain, name, dates); undefined when one would. */
  readonly distrust: string | undefined;
  readonly protocol: string;
  readonly names: readonly string[];
  readonly issuer: string;
  readonly validFrom: string;
  readonly validTo: string;
  /** The certificate of the chain that ends first, the server's own left out; undefined where none was sent. */
  readonly chainEnds: string | undefined;
  readonly durationMs: number;
}

export type NameType = 'A' | 'AAAA' | 'CNAME' | 'MX' | 'TXT' | 'NS' | 'SRV';

/** Looks at the network below HTTP. Never throws. */
export interface NetworkPort {
  handshake(look: Look): Promise<Handshake | NoReply>;
  /** Records as texts, sorted; empty when there is no such record. `ttl`: seconds for which they may be kept, the longest; of A and AAAA alone. */
  names(asked: {
    readonly name: string;
    readonly type: NameType;
    readonly timeoutMs: number;
    readonly signal?: AbortSignal;
  }): Promise<Names | NoReply>;
  /** Opens a port, sends what there is to send, and reads the first bytes when they are wanted. */
  open(look: Look & { readonly send: string; readonly read: boolean }): Promise<Opened | NoReply>;
}

export interface Names {
  readonly kind: 'names';
  readonly answers: readonly string[];
  readonly ttl?: number;
  readonly durationMs: number;
}

/** A port that accepted, and its first line where that was wanted. */
export interface Opened extends Traced {
  readonly kind: 'open';
  readonly banner: string;
  readonly durationMs: number;
}

/** The certificate a server showed, already verified; times are ISO. */
export interface Certificate {
  readonly validFrom: string;
  readonly validTo: string;
  readonly subject: string;
  readonly issuer: string;
}

/** Milliseconds of an exchange; absent where a connection was used again, or the address is plain. */
export interface HttpPhases {
  readonly dnsMs?: number;
  readonly connectMs?: number;
  readonly tlsMs?: number;
  readonly firstByteMs?: number;
}

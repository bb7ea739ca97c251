// What a walk through a suite needs of the world; the World of a procedure has this shape.
import type { NetworkPort, NoReply, Traced } from '../evidence/look.ts';

export interface Certificate {
  readonly validTo: string;
}

export interface Reply extends Traced {
  readonly kind: 'reply';
  /** Where redirects led; absent where none was followed. */
  readonly url?: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Each Set-Cookie line by itself. */
  readonly setCookies?: readonly string[];
  readonly body: string;
  readonly truncated: boolean;
  readonly durationMs: number;
  readonly certificate?: Certificate;
}

export type {
  Handshake,
  HttpPhases,
  Look,
  NameType,
  NetworkPort,
  NoReply,
  Traced,
  TransportTrouble,
} from '../evidence/look.ts';

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly timeoutMs: number;
  readonly connectTimeoutMs?: number;
  readonly connectTo?: string;
  readonly fresh?: boolean;
  readonly maxBytes?: number;
  readonly publicOnly?: boolean;
  readonly signal?: AbortSignal;
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  /** Streams that said more than is kept: their beginning is gone. */
  readonly cut?: readonly ('stdout' | 'stderr')[];
}

export interface SmokePort {
  readonly http: (request: HttpRequest) => Promise<Reply | NoReply>;
  readonly network: NetworkPort;
  readonly command: (options: {
    readonly line: string | readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly timeoutMs: number;
  }) => Promise<Ran>;
  readonly files: {
    read(path: string): Promise<string | undefined>;
    bytes(path: string): Promise<Uint8Array | undefined>;
    /** Instant (ms) of its last change; undefined when it is not there. */
    changedAt(path: string): Promise<number | undefined>;
    /** Files below a folder with their sizes, folders named in `without` left out; not complete where there are too many. */
    walk(
      folder: string,
      without?: readonly string[],
    ): Promise<{
      readonly files: readonly { readonly path: string; readonly bytes: number }[];
      readonly complete: boolean;
    }>;
  };
  readonly clock: { now(): number; steady(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> };
  readonly cancelled: AbortSignal;
}

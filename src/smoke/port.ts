// What a walk through a suite needs of the world; the World of a procedure has this shape.

export interface Certificate {
  readonly validTo: string;
}

export interface Reply {
  readonly kind: 'reply';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly truncated: boolean;
  readonly durationMs: number;
  readonly certificate?: Certificate;
}

/** `unreachable`: nothing was there to talk to. */
export interface NoReply {
  readonly kind: 'failed';
  readonly because: string;
  readonly unreachable: boolean;
  readonly durationMs: number;
}

export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  readonly connectTo?: string;
  readonly fresh?: boolean;
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

export interface SmokePort {
  readonly http: (request: Sent) => Promise<Reply | NoReply>;
  readonly clock: { now(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> };
  readonly cancelled: AbortSignal;
}

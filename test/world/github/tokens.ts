// Tokens with permission maps, and what each route needs of them (`reference/github.md` section 2, "per-endpoint").
import { type Hub, nodeId } from './hub.ts';
import type { App, User } from './records.ts';
import { refuse } from './refusal.ts';

export type Level = 'read' | 'write';
export type Permissions = Readonly<Record<string, Level | 'none'>>;

export interface NewToken {
  /** For the route log; default: who it acts as. */
  readonly name?: string;
  /** As under `permissions:` in a workflow; what is not named is none, but `metadata: read`. */
  readonly permissions?: Permissions | 'read-all' | 'write-all';
  /** Login; default `github-actions[bot]`. A name that ends in `[bot]` is an app's token. */
  readonly as?: string;
  /** The token of a pull request from a fork: reads what it may, writes nothing. */
  readonly fork?: boolean;
  /** Repositories it reaches (`owner/name`); default all. */
  readonly repositories?: readonly string[];
  /** Requests an hour; default 1,000, as GITHUB_TOKEN has for a repository. */
  readonly rateLimit?: number;
}

export interface Caller {
  readonly name: string;
  readonly token: string;
  readonly user: User;
  readonly app: App | null;
  readonly permissions: Permissions | 'read-all' | 'write-all';
  readonly isFork: boolean;
  readonly repositories: readonly string[] | null;
  readonly rateLimit: number;
  used: number;
  resetAt: number;
}

/** One of these permissions at this level opens the route. An empty list: any token does. */
export interface Needs {
  readonly level: Level;
  readonly anyOf: readonly string[];
}

/** What a route that reads asks for. */
export function reading(...anyOf: readonly string[]): Needs {
  return { level: 'read', anyOf };
}

/** What a route that writes asks for. */
export function writing(...anyOf: readonly string[]): Needs {
  return { level: 'write', anyOf };
}

export class TokenBook {
  readonly #hub: Hub;
  readonly #callers = new Map<string, Caller>();

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  issue(made: NewToken): string {
    const login = made.as ?? 'github-actions[bot]';
    const app = this.#hub.appOf(login);
    const token = `${app === null ? 'ghp' : 'ghs'}_${nodeId('fake', this.#hub.nextId())}`;
    this.#callers.set(token, {
      name: made.name ?? login,
      token,
      user: this.#hub.user(login),
      app,
      permissions: made.permissions ?? {},
      isFork: made.fork ?? false,
      repositories: made.repositories?.map((name) => name.toLowerCase()) ?? null,
      rateLimit: made.rateLimit ?? 1000,
      used: 0,
      resetAt: 0,
    });
    return token;
  }

  /** The name of the token, for the log; empty when there is none or it is unknown. */
  nameOf(header: string | undefined): string {
    return this.#callers.get(bareToken(header))?.name ?? '';
  }

  /** Whose token an Authorization header carries. */
  read(header: string | undefined): Caller {
    const token = bareToken(header);
    if (token === '') throw refuse(401, 'Requires authentication');
    const caller = this.#callers.get(token);
    if (caller === undefined) throw refuse(401, 'Bad credentials');
    return caller;
  }
}

function bareToken(header: string | undefined): string {
  return header?.replace(/^(token|bearer)\s+/i, '') ?? '';
}

/** Takes one from the caller's hour; throws GitHub's 403 when there is none left. */
export function countRequest(caller: Caller, now: Date): void {
  const seconds = Math.floor(now.getTime() / 1000);
  if (seconds >= caller.resetAt) Object.assign(caller, { used: 0, resetAt: seconds + 3600 });
  caller.used += 1;
  if (caller.used > caller.rateLimit) {
    throw refuse(403, `API rate limit exceeded for installation ID ${caller.user.id}.`, {}, rateHeaders(caller));
  }
}

/** The x-ratelimit headers of every answer. */
export function rateHeaders(caller: Caller): Record<string, string> {
  return {
    'x-ratelimit-limit': String(caller.rateLimit),
    'x-ratelimit-remaining': String(Math.max(0, caller.rateLimit - caller.used)),
    'x-ratelimit-used': String(caller.used),
    'x-ratelimit-reset': String(caller.resetAt),
    'x-ratelimit-resource': 'core',
  };
}

/** Throws GitHub's 403 when none of the permissions is there. */
export function demand(caller: Caller, needs: Needs, isPublic: boolean): void {
  if (needs.anyOf.length === 0) return;
  // What the world may read, a token without the permission may read as well.
  if (needs.level === 'read' && isPublic) return;
  const isAllowed = needs.anyOf.some((name) => covers(levelOf(caller, name), needs.level));
  if (isAllowed && !(caller.isFork && needs.level === 'write')) return;
  const message =
    caller.app === null ? 'Resource not accessible by personal access token' : 'Resource not accessible by integration';
  throw refuse(403, message, {}, { 'x-accepted-github-permissions': acceptedPermissions(needs) });
}

/** GitHub's own spelling: underscores, `;` between alternatives. */
export function acceptedPermissions(needs: Needs): string {
  return needs.anyOf.map((name) => `${name.replaceAll('-', '_')}=${needs.level}`).join('; ');
}

function levelOf(caller: Caller, name: string): Level | 'none' {
  if (name === 'metadata') return 'read';
  // Neither is in reach of a workflow's token, whatever it asks for.
  const isOutOfReach = name === 'administration' || name === 'members';
  if (caller.permissions === 'write-all') return isOutOfReach ? 'none' : 'write';
  if (caller.permissions === 'read-all') return isOutOfReach ? 'none' : 'read';
  return caller.permissions[name] ?? caller.permissions[name.replaceAll('-', '_')] ?? 'none';
}

function covers(has: Level | 'none', needed: Level): boolean {
  return has === 'write' || has === needed;
}

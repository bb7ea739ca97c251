// Reads what came back from one attempt: a reply, or the refusal it stands for.
import { permissionFor } from './permission.ts';
import { Refusal, type RefusalParts } from './refusal.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly data: unknown;
}

/** The call that was made, and what of this run matters to understand a refusal. */
export interface Call {
  readonly method: string;
  readonly path: string;
  /** A GET, or a GraphQL query. */
  readonly isRead: boolean;
  readonly deadlineMs: number;
  /** A pull request from a fork: the token can only read, whatever `permissions:` says. */
  readonly fromFork: boolean;
  readonly now: number;
}

/** A refusal with the place filled in. */
export function refuse(call: Call, parts: Omit<RefusalParts, 'where'>): Refusal {
  return new Refusal({ ...parts, where: `${call.method} ${call.path}` });
}

/** The refusal behind something Octokit threw. Without a response GitHub never answered; `timedOut` says that we did not wait on. */
export function readFault(fault: unknown, call: Call, timedOut: boolean): Refusal {
  const response = responseOf(fault);
  if (response === undefined) return readSilence(fault, call, timedOut);
  const words = messageOf(response.data);
  const kind = response.status;
  if (kind === 401) {
    return refuse(call, {
      kind: 'token',
      because: 'GitHub does not accept the token (401): it is wrong or has expired',
      remedy: 'give `github-token` a token that is valid now; `github.token` ends with its job',
    });
  }
  const limit = readLimit(response, words, call);
  if (limit !== undefined) return limit;
  if (kind === 403) return readForbidden(response, words, call);
  const noCommit = /no commit found/i.test(words);
  if (kind === 404 || kind === 410 || (kind === 422 && noCommit)) {
    return refuse(call, {
      kind: noCommit ? 'no-commit' : 'missing',
      because: words === 'Not Found' || words === '' ? 'GitHub finds nothing there (404)' : `GitHub says: ${words}`,
      remedy: 'check that the name is right and that the token may read it',
    });
  }
  if (kind >= 500) {
    return refuse(call, {
      kind: 'broken',
      because: `GitHub has trouble of its own (${kind})`,
      remedy: 're-run the job when GitHub is well again: https://www.githubstatus.com',
    });
  }
  const remedy = 'this is a fault in boring-deploys, please report it';
  return refuse(call, {
    kind: kind === 409 ? 'conflict' : 'invalid',
    because: `GitHub refuses the call (${kind}: ${words})`,
    remedy,
  });
}

/** The refusal for an answer that broke off, or that is no JSON. */
export function brokenOff(call: Call): Refusal {
  return refuse(call, {
    kind: 'silent',
    because: "GitHub's answer broke off",
    remedy: 're-run the job; if it stays, look at the proxy or network of the runner',
  });
}

function readSilence(fault: unknown, call: Call, timedOut: boolean): Refusal {
  const words = fault instanceof Error ? fault.message : String(fault);
  return refuse(call, {
    kind: 'silent',
    because: timedOut
      ? `GitHub did not answer within ${call.deadlineMs / 1000} s`
      : `the connection to GitHub broke (${words})`,
    remedy: 're-run the job; if it stays, look at https://www.githubstatus.com and at the network of the runner',
  });
}

// A limit is told by 429, or by 403 with a wait, a spent budget, or the words of the secondary limit.
function readLimit(response: Reply, words: string, call: Call): Refusal | undefined {
  const { status, headers } = response;
  const spent = headers['x-ratelimit-remaining'] === '0';
  const secondary = headers['retry-after'] !== undefined || /secondary rate limit|abuse detection/i.test(words);
  if (status !== 429 && !(status === 403 && (spent || secondary))) return undefined;
  const waitMs = waitOf(headers, spent, call.now) ?? (secondary ? unsaidWaitMs : undefined);
  const until = waitMs === undefined ? '' : `; it takes calls again at ${new Date(call.now + waitMs).toISOString()}`;
  return refuse(call, {
    kind: 'limit',
    because: `GitHub's rate limit is spent (${status})${until}`,
    remedy: 're-run the job later; fewer matrix legs with `comment: auto` make fewer calls',
    ...(waitMs === undefined ? {} : { waitMs }),
  });
}

/** GitHub's rule for who is not told how long (rate limits page): a minute at the least. */
const unsaidWaitMs = 60_000;

function waitOf(headers: Reply['headers'], spent: boolean, now: number): number | undefined {
  const after = Number(headers['retry-after'] ?? Number.NaN);
  if (Number.isFinite(after)) return Math.max(0, after * 1000);
  const reset = Number(headers['x-ratelimit-reset']);
  return spent && Number.isFinite(reset) ? Math.max(0, reset * 1000 - now) : undefined;
}

function readForbidden(response: Reply, words: string, call: Call): Refusal {
  if (call.fromFork && !call.isRead) {
    return refuse(call, {
      kind: 'fork',
      because: 'this run belongs to a pull request from a fork: nothing can be written, whatever `permissions:` says',
      remedy: "read the report in the job's summary; the job itself is the check",
    });
  }
  const permission = permissionFor(call.method, call.path, response.headers['x-accepted-github-permissions']);
  if (!/not accessible by/i.test(words) || permission === undefined) {
    return refuse(call, {
      kind: 'forbidden',
      because: `GitHub forbids the call (403: ${words})`,
      remedy: 'give `github-token` a token that may do this',
    });
  }
  return refuse(call, {
    kind: 'permission',
    because: `the token lacks \`${permission}\``,
    remedy: `add \`${permission}\` under \`permissions:\` of this job`,
    permission,
  });
}

function responseOf(fault: unknown): Reply | undefined {
  if (!(fault instanceof Error) || !('response' in fault)) return undefined;
  return fault.response as Reply | undefined;
}

function messageOf(data: unknown): string {
  if (typeof data !== 'object' || data === null || !('message' in data)) return '';
  return String(data.message);
}

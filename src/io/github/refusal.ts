// What GitHub did not give us, and why: one class for every call that went wrong, and all its texts.
import { type Unknown, unknown } from '../../evidence/answer.ts';
import { Problem } from '../../kit/problem.ts';

/**
 * `silent` and `broken` leave open whether a write was done; all others say that it was not.
 * `missing`: the thing is not there; `no-commit`: the commit it was asked for at is not.
 * `unreadable`: the answer has a shape this release does not know.
 */
export type RefusalKind =
  | 'token'
  | 'permission'
  | 'fork'
  | 'forbidden'
  | 'limit'
  | 'missing'
  | 'no-commit'
  | 'conflict'
  | 'invalid'
  | 'silent'
  | 'broken'
  | 'unreadable';

export interface RefusalParts {
  readonly kind: RefusalKind;
  readonly because: string;
  readonly remedy: string;
  /** Method and path of the call. */
  readonly where: string;
  /** The missing `permissions:` line, e.g. `checks: read`. */
  readonly permission?: string;
  /** Milliseconds GitHub asks us to wait before the next call. */
  readonly waitMs?: number;
}

/** Thrown by the client; answers turn it into `unknown`, writes into a Problem. */
export class Refusal extends Error {
  readonly parts: RefusalParts;

  constructor(parts: RefusalParts) {
    super(`${parts.because} (${parts.where}). ${parts.remedy}`);
    this.name = 'Refusal';
    this.parts = parts;
  }
}

/** True when nobody can tell whether a write was done. */
export function isUnanswered(fault: unknown): boolean {
  return fault instanceof Refusal && (fault.parts.kind === 'silent' || fault.parts.kind === 'broken');
}

/** True when asking in another way is of no use: nobody answers, the token is no good, a limit is spent, or the fault is ours. */
export function isFinal(fault: unknown): boolean {
  return !(fault instanceof Refusal) || ['silent', 'token', 'limit'].includes(fault.parts.kind);
}

/** True when GitHub says that the thing asked for is not there. */
export function isMissing(fault: unknown): fault is Refusal {
  return fault instanceof Refusal && fault.parts.kind === 'missing';
}

/** Hands on what was told; where GitHub finds nothing, the refusal gets words that fit the question. Other refusals stay as they are. */
export async function orMissing<T>(told: Promise<T>, because: string, remedy: string): Promise<T> {
  return reworded(told, ['missing', 'no-commit'], because, remedy);
}

/** The same for a commit GitHub does not know; that the whole repository is out of reach stays as it is. */
export async function orNoCommit<T>(told: Promise<T>, sha: string): Promise<T> {
  return reworded(told, ['no-commit'], `GitHub does not know the commit ${sha}`, 'push it, or correct the sha');
}

async function reworded<T>(
  told: Promise<T>,
  kinds: readonly RefusalKind[],
  because: string,
  remedy: string,
): Promise<T> {
  try {
    return await told;
  } catch (fault) {
    if (!(fault instanceof Refusal) || !kinds.includes(fault.parts.kind)) throw fault;
    throw new Refusal({ ...fault.parts, because, remedy });
  }
}

/** All of them, or one refusal: where several permissions are missing it names every one, so that nobody adds them one by one. */
export async function together<T extends readonly unknown[]>(told: { [I in keyof T]: Promise<T[I]> }): Promise<T> {
  const settled = await Promise.allSettled(told);
  const faults = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
  if (faults.length === 0) return Promise.all(told) as unknown as Promise<T>;
  const lines = faults.flatMap((fault) =>
    fault instanceof Refusal && fault.parts.permission !== undefined ? [fault.parts.permission] : [],
  );
  const [first] = faults;
  if (lines.length < 2 || lines.length < faults.length || !(first instanceof Refusal)) throw first;
  const listed = [...new Set(lines)].map((line) => `\`${line}\``).join(', ');
  throw new Refusal({
    ...first.parts,
    because: `the token lacks ${listed}`,
    remedy: `add ${listed} under \`permissions:\` of this job`,
    permission: [...new Set(lines)].join(', '),
  });
}

/** What went wrong as an answer. Anything but a Refusal is a fault of ours and says so. */
export function toUnknown(fault: unknown): Unknown {
  if (!(fault instanceof Refusal)) {
    const words = fault instanceof Error ? fault.message : String(fault);
    return unknown(words, 'this is a fault in boring-deploys, please report it');
  }
  const { because, where, remedy, permission } = fault.parts;
  const answer = unknown(where === '' ? because : `${because} (${where})`, remedy);
  return permission === undefined ? answer : { ...answer, permission };
}

/** What went wrong with a write, for the user. Anything but a Refusal is handed back as it is. */
export function toProblem(fault: unknown, what: string): unknown {
  if (!(fault instanceof Refusal)) return fault;
  const { kind, because, remedy, where } = fault.parts;
  return new Problem({ what: `${what}: ${because}`, where, fix: sentence(remedy), reason: `github-${kind}` });
}

/** The sentence without its place: for `kept: false` and warnings. */
export function wordsOf(fault: unknown): string {
  if (!(fault instanceof Refusal)) return fault instanceof Error ? fault.message : String(fault);
  return `${fault.parts.because}; ${fault.parts.remedy}`;
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

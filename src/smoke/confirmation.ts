// Confirms by the smoke suite that a version works for its users: what a rollback asks once traffic is back.
import type { Ask } from '../evidence/answer.ts';
import type { FileFact } from '../evidence/fact.ts';
import { Problem } from '../kit/problem.ts';
import type { Effective } from '../policy/effective.ts';
import { addressOf, withBase } from './address.ts';
import type { SmokePort } from './port.ts';
import { loadedSuite } from './suite.ts';
import { runSuite } from './walk.ts';

export interface Wanted {
  readonly policy: Effective;
  /** The version that has the users; an unknown commit is empty. */
  readonly version: string;
  readonly sha: string;
  /** Its side, asked directly where the environment has no URL. */
  readonly side: string;
  /** Milliseconds it may take. */
  readonly withinMs: number;
}

export interface Confirmation {
  /** It passed, or the version has no suite. */
  readonly ok: boolean;
  /** Empty where there is no suite. */
  readonly words: string;
}

export interface ConfirmationPort extends SmokePort {
  readonly ask: Ask;
  readonly env: (name: string) => string | undefined;
  readonly log: { mask(secret: string): void; info(line: string): void };
  readonly run: { readonly id: number; readonly attempt: number; readonly startedAt: number };
}

/** Runs the suite that belongs to the version: its commit's, else (GitHub is down, or nobody knows the commit) the checked-out one. Throws
 * nothing that a person can mend: a suite that cannot be run confirms nothing. */
export async function confirmBySuite(port: ConfirmationPort, wanted: Wanted): Promise<Confirmation> {
  const { policy, version, sha, side, withinMs } = wanted;
  const path = policy.smoke.suite;
  const file = await suiteFile(port.ask, path, sha);
  if (file === undefined) {
    port.log.info(`There is no smoke suite at ${path}: nothing more is asked.`);
    return { ok: true, words: '' };
  }
  try {
    const suite = await loadedSuite(file.text, path);
    const place = withBase(policy, suite);
    const address = addressOf({ baseUrl: '', connectTo: place.url === undefined ? side : '' }, place, port.env);
    for (const name of suite.secrets) port.log.mask(port.env(name) ?? '');
    const budgetMs = Math.min(withinMs, policy.smoke.budgetMs);
    const runId = `${port.run.id}-${port.run.attempt}`;
    const walk = {
      address,
      expected: { version, sha },
      environment: policy.environment,
      tags: [],
      budgetMs,
      env: port.env,
      runId,
      runBegan: port.run.startedAt,
      // A rollback is never a pull request's.
      review: false,
      mask: port.log.mask,
    };
    const { verdict, because, passed, total } = await runSuite(port, suite, walk);
    if (verdict === 'pass') return { ok: true, words: `smoke: ${passed} of ${total} passed` };
    return { ok: false, words: `The smoke suite did not pass (${verdict}): ${because}` };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { ok: false, words: `The smoke suite could not be run: ${error.message}` };
  }
}

async function suiteFile(ask: Ask, path: string, sha: string): Promise<FileFact | undefined> {
  const own = sha === '' ? undefined : await ask({ kind: 'file', path, sha });
  const file = own?.kind === 'known' ? own : await ask({ kind: 'workspace-file', path });
  return file.kind === 'known' && file.value.found ? file.value : undefined;
}

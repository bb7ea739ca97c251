// What the gate is asked to judge: the moment, the commit, the pull request or merge group, and the version people know it by.
import type { Run } from '../evidence/run.ts';
import { Problem } from '../kit/problem.ts';
import type { Effective } from '../policy/effective.ts';
import type { Moment } from './moment.ts';
import type { Scope } from './range.ts';
import { short } from './words.ts';

export type { Scope } from './range.ts';

/** Events that ask before a merge (DESIGN, "Two moments"). */
const reviewEvents = ['pull_request', 'pull_request_target', 'pull_request_review', 'merge_group'];
/** Events that do not say which commit is meant; `expected-sha` does. */
const vagueEvents = ['schedule', 'workflow_dispatch', 'repository_dispatch', 'workflow_run'];

export interface Asked {
  /** Empty: by the event. */
  readonly moment: '' | Moment;
  /** Empty: the event's own commit. */
  readonly expectedSha: string;
}

/** The scope of this run. Throws a Problem when the expected commit is not the event's, or when a review has no pull request. */
export function scopeOf(run: Run, asked: Asked, policy: Pick<Effective, 'environment' | 'unit'>): Scope {
  const moment = asked.moment === '' ? (reviewEvents.includes(run.event) ? 'review' : 'deploy') : asked.moment;
  const sha = commitOf(run, asked.expectedSha);
  const where = { moment, sha, environment: policy.environment, unit: policy.unit };
  if (moment === 'deploy') return where;
  if (run.pull !== undefined) return { ...where, pull: run.pull.number };
  if (run.mergeGroup !== undefined) {
    const number = /\/pr-(\d+)-[0-9a-f]+$/.exec(run.ref)?.[1];
    return { ...where, base: run.mergeGroup.baseSha, ...(number === undefined ? {} : { queued: Number(number) }) };
  }
  throw new Problem({
    what: `moment: review needs a pull request, and event ${run.event} has none`,
    where: 'input moment',
    fix: 'Remove the input: the event then decides.',
    reason: 'bad-input',
  });
}

function commitOf(run: Run, expected: string): string {
  const own = run.pull?.headSha ?? run.mergeGroup?.headSha ?? run.sha;
  if (expected === '' || expected === own || vagueEvents.includes(run.event)) return expected === '' ? own : expected;
  throw new Problem({
    what: `The event is about ${own}, the step expects ${expected}`,
    where: 'input expected-sha',
    fix: 'Give the commit that this run is about, or remove the input.',
    reason: 'sha-mismatch',
  });
}

/** Throws a Problem when another commit than the judged one is checked out where a deployment is about to begin. */
export function assertCheckedOut(scope: Scope, checkedOut: string): void {
  if (scope.moment === 'review' || checkedOut === '' || checkedOut === scope.sha) return;
  throw new Problem({
    what: `The gate judges ${scope.sha}, but ${checkedOut} is checked out`,
    where: 'input expected-sha',
    fix: 'Check out the commit that is to be deployed, and name it in expected-sha.',
    reason: 'sha-mismatch',
  });
}

/** The input; else the tag, else the first 7 characters of the commit. */
export function versionOf(run: Run, given: string, sha: string): string {
  if (given !== '') return given;
  return run.ref.startsWith('refs/tags/') && run.sha === sha ? run.ref.slice('refs/tags/'.length) : short(sha);
}

/** A pull request of a fork has a token that can read only, whatever `permissions:` says; pull_request_target has not. */
export function isMute(run: Run): boolean {
  return run.pull?.fork === true && run.event !== 'pull_request_target';
}

// Which checks of a suite are asked: those with the wanted tags and what they need, as far as this place and moment allow.
import { Problem } from '../kit/problem.ts';
import { withDependents, withNeeded } from './needs.ts';
import { type Check, kindOf, type Suite } from './shape.ts';

export interface Selecting {
  readonly tags: readonly string[];
  /** Name of the environment, for `environments` of the suite. */
  readonly environment: string;
  /** On a pull request commands are not run: the scripts are the pull request's own. */
  readonly review: boolean;
}

/** The checks that carry one of the tags (`all`, or none: every one), with those they need. Throws a Problem when that is none, or when one of
 * them writes in a protected environment without saying so. */
export function selected(suite: Suite, { tags, environment, review }: Selecting): readonly Check[] {
  const place = Object.hasOwn(suite.environments, environment) ? suite.environments[environment] : undefined;
  const skipped = new Set(
    suite.checks.filter((check) => check.tags.some((tag) => place?.skip.includes(tag))).map(({ id }) => id),
  );
  const commands = new Set(suite.checks.filter((check) => review && isCommand(check)).map(({ id }) => id));
  const gone = withDependents(suite.checks, new Set([...skipped, ...commands]));
  const tagged = taggedWith(suite, tags).filter(({ id }) => !gone.has(id));
  if (tagged.length === 0) {
    throw new Problem({
      what: `No check of ${suite.path} is left to ask${skipped.size > 0 ? ` in ${environment}` : ''}${commands.size > 0 ? ' on a pull request, where commands are not run' : ''}`,
      where: suite.path,
      fix: 'Add a check that can be asked here.',
      reason: 'nothing-selected',
    });
  }
  if (place?.protected === true) refuseWrites(suite, tagged, environment);
  return tagged;
}

function taggedWith(suite: Suite, tags: readonly string[]): readonly Check[] {
  if (tags.length === 0 || tags.includes('all')) return suite.checks;
  const wanted = suite.checks.filter((check) => check.tags.some((tag) => tags.includes(tag)));
  const known = [...new Set(suite.checks.flatMap((check) => check.tags))];
  if (wanted.length === 0) {
    throw new Problem({
      what: `No check of ${suite.path} has the tag ${tags.join(' or ')}: nothing would be asked`,
      where: 'input tags',
      fix: known.length === 0 ? 'The suite has no tags: leave the input empty.' : `Its tags are ${known.join(', ')}.`,
      reason: 'nothing-selected',
    });
  }
  const ids = withNeeded(
    suite.checks,
    wanted.map(({ id }) => id),
  );
  return suite.checks.filter(({ id }) => ids.has(id));
}

/** Whether a check runs a program. */
export function isCommand(check: Check): boolean {
  return ['command', 'sql'].includes(kindOf(check));
}

/** Whether a check makes something that stays: it cleans up, changes or deletes, or expects something to be created. */
export function makesSomething({ http, cleanup, expect }: Check): boolean {
  if (cleanup !== undefined) return true;
  if (http === undefined) return false;
  return (
    ['PUT', 'PATCH', 'DELETE'].includes(http.method) || (http.method === 'POST' && (expect.status ?? []).includes(201))
  );
}

function refuseWrites(suite: Suite, checks: readonly Check[], environment: string): void {
  const silent = checks.filter((check) => makesSomething(check) && check.writes !== 'allowed');
  const first = silent[0];
  if (first === undefined) return;
  throw new Problem({
    what: `${environment} is protected, and ${silent.map(({ id }) => id).join(', ')} would write there`,
    where: `${suite.path}:${suite.lines[first.id] ?? 0}`,
    fix: `Add \`writes: allowed\` to ${silent.length === 1 ? 'it' : 'them'}, or a tag that environments.${environment}.skip names.`,
    reason: 'protected-environment',
    marks: silent.map(({ id }) => ({
      message: `${environment} is protected, and ${id} would write there. Add \`writes: allowed\` to it, or a tag that environments.${environment}.skip names.`,
      place: { file: suite.path, line: suite.lines[id] ?? 1 },
    })),
  });
}

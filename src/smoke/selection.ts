// Which checks of a suite are asked: those with the wanted tags and what they need, as far as this place and moment allow.
import { Problem } from '../kit/problem.ts';
import { nearest } from '../kit/spelling.ts';
import { hasKey } from './attempt.ts';
import { withDependents, withNeeded } from './needs.ts';
import { type Check, kindOf, type Suite } from './shape.ts';

export interface Selecting {
  readonly tags: readonly string[];
  /** Name of the environment, for `environments` of the suite. */
  readonly environment: string;
  /** On a pull request commands are not run: the scripts are the pull request's own. */
  readonly review: boolean;
}

/** The checks that carry one of the tags (`all`, or none: every one), with those they need. Throws a Problem when that is none, when a tag is
 * unknown, or when one of them writes in a protected environment without saying so. */
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
  const known = [...new Set(suite.checks.flatMap((check) => check.tags))];
  const unknown = tags.filter((tag) => !known.includes(tag));
  // One slip among several tags would leave checks out, and the rest pass.
  if (unknown.length > 0) {
    const close = nearest(unknown[0] ?? '', known);
    const list = `Its tags are ${known.join(', ')}.`;
    throw new Problem({
      what: `No check of ${suite.path} has the tag ${unknown.join(' or ')}: nothing would be asked for it`,
      where: 'input tags',
      fix:
        known.length === 0
          ? 'The suite has no tags: leave the input empty.'
          : `${close === undefined ? '' : `Did you mean “${close}”? `}${list}`,
      reason: 'nothing-selected',
    });
  }
  const wanted = suite.checks.filter((check) => check.tags.some((tag) => tags.includes(tag)));
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

/** Whether a check makes something that stays, as far as it can be told: it cleans up, changes or deletes, sends what the service is to know when it
 * comes twice, expects that something is made, or asks a GraphQL mutation. `writes: none` says otherwise. */
export function makesSomething({ http, probe, cleanup, expect, writes }: Check): boolean {
  if (writes === 'none') return false;
  const request = http ?? probe?.http;
  if (cleanup !== undefined) return true;
  if (request === undefined) return false;
  const { method, headers, graphql } = request;
  if (['PUT', 'PATCH', 'DELETE'].includes(method)) return true;
  if (graphql !== undefined && isMutation(graphql.query)) return true;
  return method === 'POST' && (hasKey(headers) || (expect.status ?? []).some((one) => one === 201 || one === 202));
}

/** Whether a document has a mutation among its operations; texts and comments aside, they begin outside of all braces. */
function isMutation(query: string): boolean {
  const bare = query.replace(/"(?:[^"\\]|\\.)*"|#.*/g, ' ');
  let depth = 0;
  for (const [word] of bare.matchAll(/[{}]|[A-Za-z_]\w*/g)) {
    if (word === '{') depth += 1;
    else if (word === '}') depth -= 1;
    else if (depth === 0 && word === 'mutation') return true;
  }
  return false;
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

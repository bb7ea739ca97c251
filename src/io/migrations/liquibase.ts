// Liquibase's turns: which changeset it would take next by its own list, and names of changesets under other search paths.
import { join } from 'node:path';
import { Problem } from '../../kit/problem.ts';
import type { CommandReply, DatabaseOptions, MigrationFileText } from '../../world.ts';

/** `{changelog}` and `{search}` of its command lines: the changelog as seen from the search path, so that the history names it alike on every machine. */
export function changelogValues(root: string, path: string, changelog: DatabaseOptions['changelog']) {
  const searchPath = changelog?.searchPath ?? '';
  const from = changelog?.path ?? path;
  const below = searchPath !== '' && from.startsWith(`${searchPath}/`);
  return { search: join(root, searchPath), changelog: below ? from.slice(searchPath.length + 1) : from };
}

/** `db/001.sql::1::a` is `changes/db/001.sql::1::a` of a run with another search path, and `classpath:db/001.sql::1::a`. */
export function isSameChangeset(own: string, theirs: string): boolean {
  const bare = theirs.replace(/^classpath:\/*/, '').replace(/^\.?\//, '');
  return own === bare || own.endsWith(`/${bare}`) || bare.endsWith(`/${own}`);
}

/** Lines of `status --verbose` that name a changeset: `     db/001.sql::1::a`. */
function waitingIn({ stdout }: CommandReply): readonly string[] {
  return stdout.split('\n').flatMap((line) => /^\s+(\S.*?::.+::.+?)\s*$/.exec(line)?.[1] ?? []);
}

interface Told {
  readonly reply: CommandReply;
  /** The line of the reply that says what is wrong. */
  readonly said: string;
  /** Ids that are applied. */
  readonly history: readonly string[];
}

/** The place of the changeset in Liquibase's own list of what waits, from 1. Throws a Problem where another one would go in before it. */
export function turnOf({ id, path }: MigrationFileText, { reply, said, history }: Told): number {
  if (reply.code !== 0)
    throw new Problem({
      what: `liquibase status failed: ${said}`,
      where: path,
      fix: /change ?log lock/i.test(said)
        ? 'When no other run is on, take the lock of a killed one away: liquibase release-locks.'
        : 'Correct what it names, then run again.',
      reason: 'history-unreadable',
    });
  const waiting = waitingIn(reply);
  const place = waiting.findIndex((one) => isSameChangeset(id, one));
  if (place < 0)
    throw new Problem({
      what: `Liquibase does not count ${id} as waiting: contexts, labels, dbms or preconditions leave it out, or its history has it under another path`,
      where: path,
      fix: 'Compare `liquibase status --verbose` with the names in databasechangelog, and set contexts, labels and search-path in liquibase.properties.',
      reason: 'order-differs',
    });
  // What runs again at each change is in the list though it is applied.
  const before = waiting.slice(0, place).find((one) => !history.some((applied) => isSameChangeset(applied, one)));
  if (before !== undefined)
    throw new Problem({
      what: `Liquibase would take ${before} before ${id}`,
      where: path,
      fix: 'Let the changelogs name them in the order in which they are to run; files that wait here (a contract) have to stand last.',
      reason: 'order-differs',
    });
  return place + 1;
}

/** A changeset that says no way back, and has changes for which Liquibase makes none. */
export function noRollback({ id }: MigrationFileText): string {
  return `${id} has no rollback, and Liquibase can make none for its changes`;
}

/** Liquibase takes back the newest alone. */
export function notNewest({ id, path }: MigrationFileText, newest: string | undefined): Problem {
  return new Problem({
    what: `Liquibase takes back its newest changeset, which is ${newest ?? 'none'} and not ${id}`,
    where: path,
    fix: 'Take it back by hand: liquibase rollback-one-changeset (of its paid edition), or a new changeset.',
    reason: 'no-down',
  });
}

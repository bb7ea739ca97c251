// What the files of the change tell by themselves: documentation that follows code, schema apart from code, one risk at a time.
import type { ChangedFile } from '../../evidence/fact.ts';
import { formatDuration } from '../../kit/duration.ts';
import { anyMatches } from '../../kit/glob.ts';
import type { Change } from '../change.ts';
import { type Criterion, withOptions } from '../criterion.ts';
import { type Found, fail, notApplicable, pass, unknownFinding, waiting } from '../finding.ts';
import { instant, listed } from '../words.ts';
import * as worded from './words/changed-files.ts';
import { testsAndDocs } from './words/changed-files.ts';

const isCode = (path: string) => !anyMatches(testsAndDocs, path);

/** `api-docs-updated`, `documentation-updated`: when a file of `code` changed, one of `docs` did too; a label says that none is needed. */
export const documentation: readonly Criterion[] = worded.documentation.map((words) =>
  withOptions({
    ...words,
    asks: () => [],
    finds: ({ change }, { code, docs, 'skip-label': label }) => {
      if (change.relation === 'identical') return notApplicable('this commit runs already');
      const written = pathsOf(change.files, (path) => anyMatches(docs, path));
      if (written.length > 0) return pass(listed(written, 3));
      const asking = change.files.map(({ path }) => path).filter((path) => anyMatches(code, path));
      if (asking.length === 0 && change.complete) return notApplicable('nothing changed that it describes');
      if (change.pulls.length > 0 && change.pulls.every(({ labels }) => labels.includes(label)))
        return notApplicable(`label ${label}`);
      if (!change.complete) return incomplete;
      return fail(
        `${listed(asking, 2)} changed, none of ${docs.join(', ')}`,
        `write it down, or add the label ${label}`,
        'author',
      );
    },
  }),
);

/** `migrations-separate-from-code`: schema and code go out in different deployments; after the schema, code waits `hours`. */
export const migrationsSeparate: Criterion = withOptions({
  ...worded.migrationsSeparate,
  asks: () => [],
  finds: (context, given) => {
    const { change, plannedStart } = context;
    const schema = new Set(change.schema.files.map(({ path }) => path));
    const isOfCode = (path: string) => (given.code === undefined ? isCode(path) : anyMatches(given.code, path));
    const code = pathsOf(change.files, (path) => !schema.has(path) && isOfCode(path), true);
    if (schema.size > 0 && code.length > 0) {
      const what = `${listed([...schema], 2)} goes out together with ${listed(code, 2)}`;
      return fail(what, 'deploy the migration by itself first, the code in a second deployment', 'author');
    }
    if (!change.complete) return incomplete;
    if (code.length === 0) return schema.size > 0 ? pass('only the schema changes') : notApplicable('no code changes');
    return afterSchema(change, given.hours * 60 * 60 * 1000, plannedStart);
  },
});

/** The newest migration that was applied here must have stood for a while. */
function afterSchema({ history }: Change, wait: number, plannedStart: number): Found {
  const newest = history.attempts.find(
    ({ task, succeededAt }) => task === 'deploy:migration' && succeededAt !== undefined,
  );
  if (newest?.succeededAt === undefined) return pass('only code changes');
  const earliest = newest.succeededAt + wait;
  const since = { text: `migration ${newest.id}`, href: newest.payload.run.url };
  if (plannedStart < earliest)
    return waiting(
      'time',
      [since, ` is younger than ${formatDuration(wait)}`],
      `start at ${instant(earliest)} or later`,
    );
  return pass(['only code changes; ', since, ` ${instant(newest.succeededAt)}`], earliest);
}

/** `isolate-risky-changes`: the change touches at most `max` of `areas` (default: all areas of the policy). */
export const isolateRiskyChanges: Criterion = withOptions({
  ...worded.isolateRiskyChanges,
  asks: () => [],
  finds: ({ change, policy }, { max, areas }) => {
    const watched = areas ?? policy.areas.map(({ name }) => name);
    const missing = watched.filter((name) => !policy.areas.some((area) => area.name === name));
    if (missing.length > 0)
      return unknownFinding(
        `the policy has no area ${listed(missing, 3)}`,
        'add it under `areas:`',
        'owner of the policy',
      );
    const touched = change.areas.filter((name) => watched.includes(name));
    if (touched.length > max)
      return fail(`touches ${touched.join(', ')}, lets ${max} at a time`, 'deploy them one after the other', 'author');
    if (!change.complete) return incomplete;
    return pass(touched.length === 0 ? 'touches none of them' : `touches ${touched.join(', ')}`);
  },
});

const incomplete = unknownFinding('not all files of the change are known', 'look by hand, or set the level to warn');

function pathsOf(
  files: readonly ChangedFile[],
  isMeant: (path: string) => boolean,
  withRemoved = false,
): readonly string[] {
  return files
    .filter(({ path, status }) => (withRemoved || status !== 'removed') && isMeant(path))
    .map(({ path }) => path);
}

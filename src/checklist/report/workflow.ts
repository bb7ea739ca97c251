// Workflow files of GitHub Actions: their jobs with what they need, may, and wait for, and the secrets that the text names.
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { type Read, read, refusedText, unreadable, withoutMark } from './reading.ts';

/** Characters of the largest workflow that is read: GitHub takes 1 MB at most of a file shown by its API. */
const mostCharacters = 1024 * 1024;

const permissions = z.union([z.string(), z.record(z.string(), z.string())]).nullish();
const job = z.looseObject({
  name: z.string().optional(),
  needs: z.union([z.string(), z.array(z.string())]).optional(),
  if: z.union([z.string(), z.boolean()]).optional(),
  environment: z.union([z.string(), z.looseObject({ name: z.string() })]).optional(),
  permissions,
});
const workflow = z.looseObject({ permissions, jobs: z.record(z.string(), job) });

export interface Job {
  readonly id: string;
  readonly name: string;
  readonly needs: readonly string[];
  /** The condition as written; empty when there is none. */
  readonly condition: string;
  /** Name of the environment it waits for; empty when none. */
  readonly environment: string;
  readonly permissions: 'usual' | 'all' | ReadonlyMap<string, string>;
}

export interface Workflow {
  readonly jobs: readonly Job[];
  /** Names of secrets that its text names, the token of the run left out. */
  readonly secrets: readonly string[];
}

/** Reads a workflow file. A job without permissions has those of the file; `usual`: neither says any, so the repository's own setting holds. */
export function readWorkflow(text: string): Read<Workflow> {
  const refused = refusedText(text) ?? (text.length > mostCharacters ? 'it has more than 1 MB' : undefined);
  if (refused !== undefined) return unreadable(refused);
  try {
    const document = parseDocument(withoutMark(text), { prettyErrors: false, logLevel: 'silent' });
    if (document.errors.length > 0) return unreadable('it is not YAML, or cut off');
    const parsed = workflow.safeParse(document.toJS({ maxAliasCount: 100 }));
    if (!parsed.success) return unreadable('it is no workflow');
    const { jobs, permissions: common } = parsed.data;
    if (Object.keys(jobs).length === 0) return unreadable('it has no job');
    return read({
      jobs: Object.entries(jobs).map(([id, one]) => ({
        id,
        name: one.name ?? id,
        needs: typeof one.needs === 'string' ? [one.needs] : (one.needs ?? []),
        condition: one.if === undefined ? '' : String(one.if),
        environment: typeof one.environment === 'string' ? one.environment : (one.environment?.name ?? ''),
        permissions: permissionsOf(one.permissions ?? common),
      })),
      secrets: secretsIn(text),
    });
  } catch {
    return unreadable('it is nested too deep, or its aliases multiply');
  }
}

function permissionsOf(written: z.output<typeof permissions>): Job['permissions'] {
  if (written === undefined || written === null) return 'usual';
  if (written === 'write-all') return 'all';
  return typeof written === 'string' ? new Map([['*', 'read']]) : new Map(Object.entries(written));
}

/** `inherit` hands all secrets on, so it counts as one of unknown name. */
function secretsIn(text: string): readonly string[] {
  const named = [...text.matchAll(/\bsecrets(?:\.|\[['"])([A-Za-z_][A-Za-z0-9_]*)/g)].map(([, name = '']) =>
    name.toUpperCase(),
  );
  const all = /\bsecrets:\s*inherit\b|toJSON\(\s*secrets\s*\)/i.test(text) ? ['all of them'] : [];
  return [...new Set([...named.filter((name) => name !== 'GITHUB_TOKEN'), ...all])];
}

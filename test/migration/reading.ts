// Migration files as the linter sees them, for tests: read by the real grammar, judged on the schema of earlier files.
import { createGrammar } from '../../src/io/migrations/grammar.ts';
import { readFolder } from '../../src/migration/file.ts';
import { type LintedFile, type Linting, lintFiles } from '../../src/migration/lint.ts';
import { parseFiles } from '../../src/migration/parsed.ts';
import type { Level, Release, Server } from '../../src/migration/rules/rule.ts';

const grammar = createGrammar();

export interface Given {
  readonly levels?: Readonly<Record<string, Level>>;
  readonly server?: Partial<Server>;
  readonly tool?: string;
  readonly baseline?: string;
  readonly own?: (path: string) => boolean;
  readonly release?: Partial<Release>;
}

/** Lints files given as name and text; every file is of the change unless `own` says otherwise. */
export async function lint(files: Readonly<Record<string, string>>, given: Given = {}): Promise<readonly LintedFile[]> {
  const listing = Object.entries(files).map(([name, text]) => ({ path: `db/migrations/${name}`, text }));
  const folder = readFolder(listing, given.tool ?? 'auto');
  const server: Server = { dialect: 'postgres', major: undefined, minor: undefined, ...given.server };
  const parsed = await parseFiles(grammar, folder.files, {
    dialect: server.dialect,
    tool: given.tool ?? folder.tool,
    downs: () => true,
  });
  const isOwn = given.own ?? (() => true);
  const linting: Linting = {
    release: {
      files: parsed,
      changed: undefined,
      isOwn,
      known: true,
      directory: 'db/migrations',
      separationMs: 0,
      retention: 1,
      releasesSince: () => undefined,
      ...given.release,
    },
    server,
    profile: { tool: given.tool ?? folder.tool, setsTimeouts: given.tool !== 'flyway' },
    levels: given.levels ?? {},
    baseline: given.baseline,
    raw: folder.raw,
  };
  return lintFiles(linting);
}

/** The names of the rules that find something, each once, in order. */
export function namesOf(linted: readonly LintedFile[]): readonly string[] {
  return [...new Set(linted.flatMap(({ faults }) => faults.map(({ rule }) => rule)))].sort();
}

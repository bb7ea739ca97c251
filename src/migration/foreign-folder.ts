// Migrations that only their tool can read: programs and markup, in the tool's own order; or SQL in a layout of the tool's own.
import { sha256 } from '../kit/digest.ts';
import { profileOf, type ToolProfile } from '../providers/tools.ts';
import { chained, type ForeignText } from './chain.ts';
import { readChangelogs } from './changelog-folder.ts';
import type { Fault } from './fault.ts';
import type { Folder, MigrationFile, Script } from './file.ts';
import { noneOfTool } from './problem.ts';
import { splitStatements } from './statement.ts';

interface Files {
  read(path: string): Promise<string | undefined>;
  walk(folder: string): Promise<{ readonly files: readonly { readonly path: string }[] }>;
}

/** The profile of a tool whose folder is laid out in its own way; undefined for the others. */
export function foreignProfile(tool: string): ToolProfile | undefined {
  const profile = profileOf(tool);
  return profile?.files === 'foreign' ? profile : undefined;
}

/** Reads every file below the folder that the tool would take for a migration, and what their order is made from. Throws a Problem where files are there and none of them is one. */
export async function readForeign(files: Files, directory: string, profile: ToolProfile): Promise<Folder> {
  if (profile.name === 'liquibase') return readChangelogs(files, directory, profile);
  const naming = new RegExp(profile.naming);
  const { files: found } = await files.walk(directory);
  // A walk names files from its own root; ours are named from that of the repository.
  const paths = found.map(({ path }) => (path.startsWith(`${directory}/`) ? path : `${directory}/${path}`));
  const wanted = paths.filter((path) => naming.test(path)).sort();
  const other = paths.find((path) => /\.(?:sql|rb|py|[cm]?[jt]s|xml|ya?ml)$/.test(path));
  if (wanted.length === 0 && other !== undefined) throw noneOfTool(profile.name, directory, other);
  const read = await Promise.all(
    wanted.map(async (path) => ({ path, text: ((await files.read(path)) ?? '').replace(/\r\n/g, '\n') })),
  );
  const plan = profile.name === 'sqitch' ? ((await files.read(`${directory}/sqitch.plan`)) ?? '') : '';
  const { files: ordered, faults } = inOrder(profile.name, read, plan);
  return {
    tool: profile.name,
    files: ordered.map((one, index) => fileOf(profile, one, index)),
    faults,
    raw: new Map(read.map(({ path, text }) => [path, text])),
  };
}

function fileOf(profile: ToolProfile, { path, text }: ForeignText, index: number): MigrationFile {
  const id = new RegExp(profile.naming).exec(path)?.[1] ?? path;
  const sql = path.endsWith('.sql') && ['prisma', 'sqitch'].includes(profile.name);
  // Sqitch's scripts say BEGIN and COMMIT themselves: to the linter they are words of the tool.
  const bare = sql ? text.replace(/^\s*(?:begin|commit)\s*;/gim, (words) => ' '.repeat(words.length)) : '';
  const script: Script = {
    ...{ path, text: bare, line: 1, transactional: profile.transaction === 'file' || profile.transaction === 'script' },
    statements: splitStatements(bare, { path, line: 1 }).statements,
  };
  const empty: Script = { ...script, text: '', statements: [] };
  return {
    ...{ id, path, text, number: [String(index + 1)], sha256: sha256(text), up: script },
    down: profile.noDown === '' || profile.name === 'command' ? empty : undefined,
    ...(sql ? {} : { opaque: `only ${profile.name} can read it` }),
  };
}

function inOrder(
  tool: string,
  files: readonly ForeignText[],
  plan: string,
): { readonly files: readonly ForeignText[]; readonly faults: readonly Fault[] } {
  if (tool === 'alembic') return chained(files);
  if (tool !== 'sqitch') return { files, faults: [] };
  const names = plan.split('\n').flatMap((line) => /^([^\s%#@][^\s@]*)(?:\s|$)/.exec(line)?.[1] ?? []);
  const place = ({ path }: ForeignText) => names.indexOf(/deploy\/(.+)\.sql$/.exec(path)?.[1] ?? '');
  return { files: files.filter((file) => place(file) >= 0).sort((a, b) => place(a) - place(b)), faults: [] };
}

/** What the author says of a program in a remark (`boring-deploys: expand`); undefined when nobody says. */
export function authorsWord(text: string): 'none' | 'expand' | 'contract' | undefined {
  const said = /\bboring-deploys:\s*(none|expand|contract)\b/.exec(text)?.[1];
  return said === 'none' || said === 'expand' || said === 'contract' ? said : undefined;
}

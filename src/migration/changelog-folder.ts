// Changelogs of Liquibase as a folder: one changeset is one migration, named as its history names it.
import { sha256 } from '../kit/digest.ts';
import type { ToolProfile } from '../providers/tools.ts';
import { type Changeset, isLeftOut, meaningOfChanges } from './changelog/changeset.ts';
import { type Files, flattened, readProperties, rootAmong } from './changelog/root.ts';
import type { Folder, MigrationFile, Script } from './file.ts';
import { noneOfTool } from './problem.ts';
import { splitStatements } from './statement.ts';

/** Reads the root changelog with all it includes, or where none is named like one, each numbered changelog by itself. */
export async function readChangelogs(files: Files, directory: string, profile: ToolProfile): Promise<Folder> {
  const { files: found } = await files.walk(directory);
  const paths = found.map(({ path }) => (path.startsWith(`${directory}/`) ? path : `${directory}/${path}`));
  const settings = await readProperties(files, directory);
  const root = rootAmong(paths, directory, settings.changelog);
  const numbered = paths.filter((path) => new RegExp(profile.naming).test(path)).sort();
  const other = paths.find((path) => /\.(?:sql|xml|ya?ml|json)$/.test(path));
  if (root === undefined && numbered.length === 0 && other !== undefined)
    throw noneOfTool(profile.name, directory, other);
  const read = await flattened(files, root === undefined ? numbered : [root], settings.searchPath);
  const changesets = read.changesets.filter((one) => !isLeftOut(one, settings));
  return {
    tool: profile.name,
    files: changesets.map((one, index) => fileOf(one, { index, searchPath: read.searchPath })),
    faults: read.faults,
    raw: read.raw,
    changelog: { path: root, searchPath: read.searchPath },
  };
}

function fileOf(changeset: Changeset, at: { readonly index: number; readonly searchPath: string }): MigrationFile {
  const { path, line, text, sql, attributes, revertible } = changeset;
  const base = at.searchPath === '' ? '' : `${at.searchPath}/`;
  const name = changeset.logicalPath ?? (path.startsWith(base) ? path.slice(base.length) : path);
  const transactional = attributes.runInTransaction !== 'false';
  // Another delimiter than the semicolon divides statements where no grammar of Postgres would.
  const own = attributes.endDelimiter === undefined || attributes.endDelimiter === ';';
  const script = (part: { readonly text: string; readonly line: number }): Script => ({
    ...{ path, text: part.text, line: part.line, transactional },
    statements: splitStatements(part.text, { path, line: part.line }).statements,
  });
  const empty = script({ text: '', line });
  const meaning = meaningOfChanges(changeset);
  const readable = sql !== undefined && own;
  return {
    id: `${name}::${changeset.id}::${changeset.author}`,
    path,
    number: [String(at.index + 1)],
    sha256: sha256(text.trim()),
    // Of the file the changeset alone, on its own lines: remarks of other changesets are not its own.
    text: `${'\n'.repeat(line - 1)}${text}`,
    up: readable ? script(sql.up) : empty,
    down: !revertible ? undefined : readable ? script(sql.down) : empty,
    ...(readable ? {} : { opaque: 'only liquibase can read it' }),
    ...(meaning === undefined ? {} : { meant: { compatibility: meaning, because: changeset.changes.join(', ') } }),
  };
}

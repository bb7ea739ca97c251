// The root changelog of Liquibase with all that it includes, flattened into changesets in the order in which they run.
import { type Fault, fault } from '../fault.ts';
import type { Changeset, Choosing } from './changeset.ts';
import { formattedChangesets } from './formatted-sql.ts';
import { type Entry, xmlEntries, yamlEntries } from './markup.ts';

export interface Files {
  read(path: string): Promise<string | undefined>;
  walk(folder: string): Promise<{ readonly files: readonly { readonly path: string }[] }>;
}

export interface Flattened {
  readonly changesets: readonly Changeset[];
  readonly faults: readonly Fault[];
  readonly raw: ReadonlyMap<string, string>;
  /** Folder that Liquibase looks in for paths that are not relative, from the root of the repository; empty: that root. */
  readonly searchPath: string;
}

export interface Properties extends Choosing {
  readonly changelog: string | undefined;
  readonly searchPath: string | undefined;
}

const rootName =
  /^(?:(?:db[._-]?)?change-?log(?:[._-](?:master|root|main))?|(?:master|root|main)(?:[._-]change-?log)?)\.(?:xml|ya?ml|json|sql)$/i;

/** What liquibase.properties says, beside the migrations or at the root of the repository. */
export async function readProperties(files: Files, directory: string): Promise<Properties> {
  const places = [`${directory}/liquibase.properties`, 'liquibase.properties'];
  const texts = await Promise.all(places.map((path) => files.read(path).catch(() => undefined)));
  const text = texts.find((one) => one !== undefined) ?? '';
  const said = (name: RegExp) => {
    const line = text.split('\n').find((one) => name.test(one.replace(/\s*[=:].*$/s, '').trim()));
    return line?.replace(/^[^=:]*[=:]\s*/, '').trim();
  };
  const list = (words = '') => words.split(',').flatMap((one) => one.trim().toLowerCase() || []);
  return {
    changelog: said(/^(?:liquibase\.command\.)?change-?log-?file$/i),
    searchPath: said(/^(?:liquibase\.)?search-?path$/i)
      ?.split(',')[0]
      ?.replace(/^\.?\/|\/$/g, ''),
    contexts: list(said(/^(?:liquibase\.command\.)?context(?:s|-?filter)$/i)),
    labels: list(said(/^(?:liquibase\.command\.)?label(?:s|-?filter)$/i)),
  };
}

/** The changelog from which the others are included; undefined: each file stands for itself. */
export function rootAmong(paths: readonly string[], directory: string, named: string | undefined): string | undefined {
  const inDirectory = paths.filter((path) => rootName.test(path.slice(path.lastIndexOf('/') + 1)));
  const bySettings =
    named === undefined ? undefined : paths.find((path) => path === named || path.endsWith(`/${named}`));
  const depth = (path: string) => path.split('/').length;
  return bySettings ?? [...inDirectory].sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1))[0] ?? fileIn(directory);
}

/** A directory that is the changelog itself. */
function fileIn(directory: string): string | undefined {
  return /\.(?:xml|ya?ml|json|sql)$/i.test(directory) ? directory : undefined;
}

/** Follows the includes from the roots on. What cannot be read or found is a fault of the changelog that names it. */
export async function flattened(files: Files, roots: readonly string[], searchPath = ''): Promise<Flattened> {
  const reading = new Reading(files, searchPath);
  for (const root of roots) await reading.take(root, { path: root, line: 1 });
  return reading;
}

class Reading implements Flattened {
  readonly changesets: Changeset[] = [];
  readonly faults: Fault[] = [];
  readonly raw = new Map<string, string>();
  searchPath: string;
  readonly #files: Files;

  constructor(files: Files, searchPath: string) {
    this.#files = files;
    this.searchPath = searchPath;
  }

  async take(path: string, from: { readonly path: string; readonly line: number }): Promise<void> {
    // A changelog that is included twice, or by itself, runs once: Liquibase knows its changesets again.
    if (this.raw.has(path)) return;
    const text = (await this.#files.read(path))?.replace(/^\uFEFF/, '').replace(/\r\n/g, '\n');
    if (text === undefined) {
      this.#missing(from, path);
      return;
    }
    this.raw.set(path, text);
    if (path.endsWith('.sql')) {
      this.changesets.push(...formattedChangesets(path, text));
      return;
    }
    const entries = path.endsWith('.xml') ? xmlEntries(path, text) : yamlEntries(path, text);
    if ('because' in entries) {
      const fix = 'Correct the changelog: `liquibase validate` reads it as an update would.';
      this.faults.push(fault(path, 1, 'changelog', `It cannot be read: ${entries.because}`, fix));
      return;
    }
    for (const entry of entries) await this.#enter(entry, path);
  }

  async #enter(entry: Entry, path: string): Promise<void> {
    if (entry.kind === 'changeset') {
      this.changesets.push(entry.changeset);
      return;
    }
    const from = { path, line: entry.line };
    for (const folder of this.#places(entry.relative, path)) {
      const target = joined(folder, entry.target);
      const found = entry.kind === 'include' ? await this.#one(target) : await this.#all(target);
      if (found.length === 0) continue;
      if (!entry.relative) this.searchPath = folder;
      for (const one of found) await this.take(one, from);
      return;
    }
    this.#missing(from, entry.target);
  }

  /** Folders in which an include is looked for: beside its changelog, or the search path; where none is set, each above it. */
  #places(relative: boolean, path: string): readonly string[] {
    const parts = path.split('/').slice(0, -1);
    if (relative) return [parts.join('/')];
    return [this.searchPath, ...parts.map((_, index) => parts.slice(0, index + 1).join('/'))];
  }

  async #one(target: string): Promise<readonly string[]> {
    return (await this.#files.read(target).catch(() => undefined)) === undefined ? [] : [target];
  }

  /** Every changelog below the folder, by name, as `includeAll` takes them. */
  async #all(target: string): Promise<readonly string[]> {
    const { files } = await this.#files.walk(target);
    return files
      .map(({ path }) => (path.startsWith(`${target}/`) ? path : `${target}/${path}`))
      .filter((path) => /\.(?:sql|xml|ya?ml|json)$/.test(path))
      .sort();
  }

  #missing(from: { readonly path: string; readonly line: number }, target: string): void {
    const fix = 'Correct the include: from the search path, or from its own folder with relativeToChangelogFile.';
    this.faults.push(fault(from.path, from.line, 'changelog', `It includes ${target}, which is not there`, fix));
  }
}

/** `db/changes` and `../base/x.sql`: `db/base/x.sql`. */
function joined(folder: string, target: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${target.replace(/\/$/, '')}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

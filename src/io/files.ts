// Files of the workspace, read only inside it, and of the runner's temporary directory, where results are written.
import { mkdir, readdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { FolderFact } from '../evidence/fact.ts';
import { Problem } from '../kit/problem.ts';
import type { Files } from '../world.ts';

/** Bytes of the largest file that is read (20 MB): reports are smaller, and larger ones would fill the runner's memory. */
const largest = 20 * 1024 * 1024;

/** Serves `Files` for a workspace; `temporary` is RUNNER_TEMP. A link that leads out of the workspace counts as leaving it. */
export function createFiles(workspace: string, temporary: string): Files {
  return {
    read: async (path) => (await contentOf(workspace, path))?.toString('utf8'),
    bytes: async (path) => contentOf(workspace, path),
    changedAt: async (path) => {
      const place = await inside(workspace, path);
      const found = place === undefined ? undefined : await stat(place).catch(() => undefined);
      return found?.mtimeMs;
    },
    list: async (folder) => {
      const place = await inside(workspace, folder);
      if (place === undefined) return [];
      try {
        const entries = await readdir(place, { withFileTypes: true });
        const root = folder.replace(/\/+$/, '');
        return entries
          .filter((entry) => entry.isFile())
          .map((entry) => `${root}/${entry.name}`)
          .sort();
      } catch (error) {
        if (isMissing(error)) return [];
        throw unreadable(folder, error);
      }
    },
    walk: async (folder, without = []) => {
      const root = await inside(workspace, '.');
      const place = await inside(workspace, folder);
      if (root === undefined || place === undefined) return { found: false, files: [], complete: true };
      return walked(root, place, new Set(['.git', ...without]));
    },
    write: async (name, text) => {
      const place = join(temporary, 'boring-deploys', name);
      await mkdir(dirname(place), { recursive: true });
      await writeFile(place, text, 'utf8');
      return place;
    },
  };
}

/** Files of a folder that are listed at most: a build has fewer, and a longer list would fill the memory. */
const mostFiles = 20_000;

async function walked(root: string, place: string, without: ReadonlySet<string>): Promise<FolderFact> {
  const files: { path: string; bytes: number }[] = [];
  const folders = [place];
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    const here = folder;
    const entries = await readdir(here, { withFileTypes: true }).catch((error: any) => {
      if (here === place && isMissing(error)) return undefined;
      throw unreadable(relative(root, here), error);
    });
    if (entries === undefined) return { found: false, files: [], complete: true };
    for (const entry of entries) {
      const path = join(here, entry.name);
      if (entry.isDirectory() && !without.has(entry.name)) folders.push(path);
      if (!entry.isFile()) continue;
      if (files.length === mostFiles) return { found: true, files: files.sort(byPath), complete: false };
      const { size } = await stat(path);
      files.push({ path: relative(root, path).split(sep).join('/'), bytes: size });
    }
  }
  return { found: true, files: files.sort(byPath), complete: true };
}

function byPath(one: { readonly path: string }, other: { readonly path: string }): number {
  return one.path < other.path ? -1 : 1;
}

async function contentOf(workspace: string, path: string): Promise<Buffer | undefined> {
  const place = await inside(workspace, path);
  if (place === undefined) return undefined;
  try {
    const found = await stat(place);
    const { size } = found;
    // A pipe that nobody writes to would be waited for without end.
    if (!found.isFile() && !found.isDirectory()) throw unreadable(path, new Error('it is no file'));
    if (size > largest) throw tooLarge(path, size);
    return await readFile(place);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error instanceof Problem ? error : unreadable(path, error);
  }
}

async function inside(workspace: string, path: string): Promise<string | undefined> {
  const root = await realpath(workspace).catch(() => resolve(workspace));
  const asked = resolve(root, path);
  const real = await realpath(asked).catch(() => undefined);
  for (const place of real === undefined ? [asked] : [asked, real]) {
    const way = relative(root, place);
    if (way === '..' || way.startsWith(`..${sep}`) || resolve(way) === way) {
      throw new Problem({
        what: `The path "${path}" leads out of the checked-out repository`,
        where: path,
        fix: 'Give a path inside the repository.',
        reason: 'path-outside',
      });
    }
  }
  return real;
}

function isMissing(error: any): boolean {
  return error?.code === 'ENOENT' || error?.code === 'ENOTDIR';
}

function unreadable(path: string, error: any): Problem {
  return new Problem({
    what: `The file cannot be read: ${error?.code ?? error?.message}`,
    where: path,
    fix: 'Check that it is a file the runner may read.',
    reason: 'file-unreadable',
  });
}

function tooLarge(path: string, size: number): Problem {
  return new Problem({
    what: `The file has ${Math.ceil(size / 1024 / 1024)} MB, more than 20`,
    where: path,
    fix: 'Give a smaller file: the report itself, not what it is about.',
    reason: 'file-too-large',
  });
}

// Whole trees: the paths of a commit, and the difference of two, for changes of more files than GitHub lists in a comparison.
import { z } from 'zod';
import type { ChangedFile, PathsFact } from '../../../evidence/fact.ts';
import { type Client, segment } from '../client.ts';

export interface TreeComparison {
  readonly files: readonly ChangedFile[];
  /** False when GitHub cut one of the trees short. */
  readonly complete: boolean;
}

interface Entry {
  readonly path: string;
  /** Name of the content. */
  readonly sha: string;
  readonly mode: string;
}

// The name git gives an empty file: two of them being equal says nothing about a rename.
const emptyBlob = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';

/** The files that differ between two trees (or commits), by path. `head` undefined: nothing was changed. Throws a Refusal. */
export async function compareTrees(client: Client, base: string, head: string | undefined): Promise<TreeComparison> {
  if (head === undefined) return { files: [], complete: true };
  const [before, after] = await Promise.all([readTree(client, base), readTree(client, head)]);
  return { files: differences(before.entries, after.entries), complete: before.complete && after.complete };
}

/** The paths of all files of a commit. Throws a Refusal. */
export async function paths(client: Client, sha: string): Promise<PathsFact> {
  const { entries, complete } = await readTree(client, sha);
  return { paths: entries.map(({ path }) => path), complete };
}

async function readTree(client: Client, sha: string): Promise<{ entries: readonly Entry[]; complete: boolean }> {
  const tree = await client.get(client.path(`/git/trees/${segment(sha)}`), { recursive: '1' }, treeShape);
  return { entries: tree.tree.filter((entry) => entry.type !== 'tree'), complete: !tree.truncated };
}

const treeShape = z.object({
  truncated: z.boolean(),
  tree: z.array(z.object({ path: z.string(), mode: z.string(), type: z.string(), sha: z.string() })),
});

/** A file that left one path and stands unchanged at a new one was renamed; a file changed on the way counts as removed and added. */
function differences(before: readonly Entry[], after: readonly Entry[]): readonly ChangedFile[] {
  const old = new Map(before.map((entry) => [entry.path, entry]));
  const now = new Set(after.map((entry) => entry.path));
  const removed = new Map(before.filter((entry) => !now.has(entry.path)).map((entry) => [entry.path, entry.sha]));
  const files: ChangedFile[] = [];
  for (const { path, sha, mode } of after) {
    const was = old.get(path);
    if (was?.sha === sha && was.mode === mode) continue;
    if (was !== undefined) {
      files.push({ path, status: 'modified', content: sha });
      continue;
    }
    const previous = sha === emptyBlob ? undefined : keyWith(removed, sha);
    if (previous === undefined) {
      files.push({ path, status: 'added', content: sha });
      continue;
    }
    removed.delete(previous);
    files.push({ path, previous, status: 'renamed', content: sha });
  }
  files.push(...[...removed].map(([path, content]): ChangedFile => ({ path, status: 'removed', content })));
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function keyWith(entries: ReadonlyMap<string, string>, value: string): string | undefined {
  for (const [key, held] of entries) if (held === value) return key;
  return undefined;
}

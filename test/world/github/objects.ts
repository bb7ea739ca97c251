// Git's objects in memory: blobs, trees and commits with the shas that git itself would give them.
import { createHash } from 'node:crypto';
import type { Commit, User } from './records.ts';

export interface TreeEntry {
  readonly path: string;
  readonly mode: '100644' | '040000';
  readonly type: 'blob' | 'tree';
  readonly sha: string;
  readonly size?: number;
}

export interface NewCommit {
  readonly files: ReadonlyMap<string, string>;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: User;
  readonly committer: User;
  readonly date: string;
  readonly unmapped?: true;
  readonly pusher?: User;
}

/** The name git gives a file's content. */
export function blobSha(text: string): string {
  return objectSha('blob', bytes(text));
}

/** E-mail address GitHub invents for who hides theirs. */
export function emailOf(user: User): string {
  return `${user.id}+${user.login}@users.noreply.github.com`;
}

/** Every commit of every repository of one fake GitHub; forks share it, as on GitHub. */
export class ObjectStore {
  readonly #commits = new Map<string, Commit>();
  readonly #trees = new Map<string, readonly TreeEntry[]>();
  readonly #blobs = new Map<string, string>();

  commit(made: NewCommit): Commit {
    const tree = this.#storeTree(made.files);
    const seconds = Math.floor(new Date(made.date).getTime() / 1000);
    const line = (role: string, user: User) => `${role} ${user.name ?? user.login} <${emailOf(user)}> ${seconds} +0000`;
    const text = [
      `tree ${tree}`,
      ...made.parents.map((parent) => `parent ${parent}`),
      line('author', made.author),
      line('committer', made.committer),
      '',
      `${made.message}\n`,
    ].join('\n');
    const commit: Commit = { ...made, tree, sha: objectSha('commit', bytes(text)) };
    this.#commits.set(commit.sha, commit);
    return commit;
  }

  find(sha: string): Commit | undefined {
    return this.#commits.get(sha);
  }

  get(sha: string): Commit {
    const commit = this.#commits.get(sha);
    if (commit === undefined) throw new Error(`the fake GitHub has no commit ${sha}`);
    return commit;
  }

  /** The one commit whose sha begins so (7 characters or more). */
  findByPrefix(prefix: string): Commit | undefined {
    if (!/^[0-9a-f]{7,40}$/.test(prefix)) return undefined;
    const found = [...this.#commits.values()].filter((commit) => commit.sha.startsWith(prefix));
    return found.length === 1 ? found[0] : undefined;
  }

  tree(sha: string): readonly TreeEntry[] | undefined {
    return this.#trees.get(sha);
  }

  blob(sha: string): string | undefined {
    return this.#blobs.get(sha);
  }

  /** The commit and all before it. */
  ancestors(sha: string): Set<string> {
    const seen = new Set<string>();
    const open = [sha];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(...this.get(next).parents);
    }
    return seen;
  }

  mergeBase(left: string, right: string): string | undefined {
    const others = this.ancestors(right);
    const shared = [...this.ancestors(left)].filter((sha) => others.has(sha));
    return shared.find((sha) => shared.every((other) => other === sha || !this.ancestors(other).has(sha)));
  }

  /** Commits of `head` that `base` has not, parents first; all of them without a base. */
  between(base: string | undefined, head: string): Commit[] {
    const known = base === undefined ? new Set<string>() : this.ancestors(base);
    const ordered: Commit[] = [];
    const visit = (sha: string): void => {
      if (known.has(sha)) return;
      known.add(sha);
      const commit = this.get(sha);
      commit.parents.forEach(visit);
      ordered.push(commit);
    };
    visit(head);
    return ordered;
  }

  #storeTree(files: ReadonlyMap<string, string>): string {
    const folders = new Map<string, Map<string, string>>();
    const entries: TreeEntry[] = [];
    for (const [path, text] of files) {
      const slash = path.indexOf('/');
      if (slash === -1) {
        const sha = blobSha(text);
        this.#blobs.set(sha, text);
        entries.push({ path, mode: '100644', type: 'blob', sha, size: Buffer.byteLength(text) });
        continue;
      }
      const folder = path.slice(0, slash);
      const inside = folders.get(folder) ?? new Map<string, string>();
      folders.set(folder, inside.set(path.slice(slash + 1), text));
    }
    for (const [path, inside] of folders) {
      entries.push({ path, mode: '040000', type: 'tree', sha: this.#storeTree(inside) });
    }
    // Git sorts a folder as if its name ended in a slash.
    const order = (entry: TreeEntry) => (entry.type === 'tree' ? `${entry.path}/` : entry.path);
    entries.sort((left, right) => Buffer.compare(bytes(order(left)), bytes(order(right))));
    const body = entries.flatMap((entry) => [
      ...bytes(`${entry.mode.replace(/^0/, '')} ${entry.path}\0`),
      ...hexBytes(entry.sha),
    ]);
    const sha = objectSha('tree', Uint8Array.from(body));
    this.#trees.set(sha, entries);
    return sha;
  }
}

function objectSha(kind: string, body: Uint8Array): string {
  return createHash('sha1').update(`${kind} ${body.length}\0`).update(body).digest('hex');
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function hexBytes(sha: string): number[] {
  return (sha.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
}

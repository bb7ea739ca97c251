// Whether a file of the workspace is as git checked it out: git itself is asked.
import type { SmokePort } from './port.ts';

const timeoutMs = 30_000;

type Told = ReadonlySet<string> | { readonly because: string };

export interface Checkouts {
  /** True for a file that is committed and not changed since; or why nobody can tell. A machine without git has no checkout of its making. */
  readonly holds: (path: string) => Promise<boolean | { readonly because: string }>;
}

/** Asks in the folder of a path, once for all of `paths` that are in it: it may be a submodule or a checkout below the workspace. */
export function checkoutsOf(command: SmokePort['command'], paths: readonly string[]): Checkouts {
  const known = new Map<string, Promise<Told>>();
  return {
    holds: async (path) => {
      const { folder, name } = placed(path);
      const names = () => paths.map(placed).flatMap((other) => (other.folder === folder ? other.name : []));
      const told = known.get(folder) ?? untouched(command, folder, names());
      known.set(folder, told);
      const answer = await told;
      return 'because' in answer ? answer : answer.has(name);
    },
  };
}

function placed(path: string): { readonly folder: string; readonly name: string } {
  const at = path.lastIndexOf('/');
  return { folder: at < 0 ? '.' : path.slice(0, at), name: path.slice(at + 1) };
}

/** Of these files of a folder those that git knows and finds unchanged. */
async function untouched(command: SmokePort['command'], folder: string, names: readonly string[]): Promise<Told> {
  // In a container the checkout belongs to another user; a hook of the checkout has no say here.
  const settings = ['-c', 'safe.directory=*', '-c', 'core.fsmonitor=false', '--literal-pathspecs', '-C', folder];
  const line = ['git', ...settings, 'ls-files', '-z', '-t', '--cached', '--modified', '--', ...names];
  const { code, stdout, stderr } = await command({ line, env: { LC_ALL: 'C' }, timeoutMs });
  if (code === 127 || /not a git repository \(or any/.test(stderr)) return new Set();
  if (code !== 0) return { because: stderr.split('\n')[0] ?? '' };
  // Each name behind its mark: H for one that is known, C for one that was changed.
  const marked = stdout.split('\0').map((entry) => ({ mark: entry.slice(0, 1), name: entry.slice(2) }));
  const changed = new Set(marked.flatMap(({ mark, name }) => (mark === 'C' ? name : [])));
  return new Set(marked.flatMap(({ mark, name }) => (mark === 'H' && !changed.has(name) ? name : [])));
}

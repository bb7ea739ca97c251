// Manifests of dependencies and the lock files that must follow them.
import { z } from 'zod';
import type { ChangedFile } from '../../evidence/fact.ts';
import { readJson } from './reading.ts';

export interface Manifest {
  readonly path: string;
  readonly name: string;
}

const locks: Readonly<Record<string, readonly string[]>> = {
  'package.json': ['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml', 'bun.lock', 'bun.lockb'],
  'composer.json': ['composer.lock'],
  'pyproject.toml': ['poetry.lock', 'uv.lock', 'pdm.lock'],
  Pipfile: ['Pipfile.lock'],
  'Cargo.toml': ['Cargo.lock'],
  'go.mod': ['go.sum'],
  Gemfile: ['Gemfile.lock'],
};

/** Manifests added or changed while no lock file of theirs did, in their folder or one above (workspaces share one). */
export function manifestsWithoutLock(files: readonly ChangedFile[]): readonly Manifest[] {
  const touched = new Set(files.filter(({ status }) => status !== 'removed').map(({ path }) => path));
  return [...touched].flatMap((path) => {
    const name = path.split('/').at(-1) ?? '';
    const wanted = Object.hasOwn(locks, name) ? (locks[name] ?? []) : [];
    const isLocked = foldersUp(path).some((folder) => wanted.some((lock) => touched.has(`${folder}${lock}`)));
    return wanted.length === 0 || isLocked || path.includes('node_modules/') ? [] : [{ path, name }];
  });
}

const words = z.record(z.string(), z.unknown()).optional();
const dependencies = z.object({
  dependencies: words,
  devDependencies: words,
  optionalDependencies: words,
  peerDependencies: words,
  overrides: words,
  resolutions: words,
  require: words,
  'require-dev': words,
});

/** Whether two texts of a JSON manifest name the same dependencies; undefined where that cannot be told, as in any other format. */
export function sameDependencies({ name }: Manifest, before: string, after: string): boolean | undefined {
  if (!name.endsWith('.json')) return undefined;
  const [was, is] = [before, after].map((text) => {
    const json = readJson(text);
    return json.kind === 'report' ? dependencies.safeParse(json.report) : undefined;
  });
  if (was?.success !== true || is?.success !== true) return undefined;
  try {
    return sorted(was.data) === sorted(is.data);
  } catch {
    // Nested so deep that nobody wrote it by hand.
    return undefined;
  }
}

/** The order in which a manifest lists them means nothing. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function foldersUp(path: string): readonly string[] {
  const steps = path.split('/').slice(0, -1);
  return [...steps.keys(), steps.length].map((length) => (length === 0 ? '' : `${steps.slice(0, length).join('/')}/`));
}

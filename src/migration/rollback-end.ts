// Where a rollback ends once contract files are in: at the newest of the releases that brought them, the first that runs without what they take away.
import type { MigrationFile } from './file.ts';
import { releaseThatBrought } from './readers.ts';
import type { Scene } from './scene.ts';
import type { JudgedFile } from './set.ts';

/** Contract files among those that go in. */
export function contractsOf(due: readonly JudgedFile[]): readonly JudgedFile[] {
  return due.filter(({ compatible }) => compatible.compatibility === 'contract');
}

/** `From now on rollback ends at v1.9.0: code before it cannot live with V007 (drops orders.note)`; empty without a contract file. */
export function rollbackEnd(
  due: readonly JudgedFile[],
  scene: Pick<Scene, 'history' | 'parent' | 'version' | 'isOwn'>,
): string {
  const contracts = contractsOf(due);
  if (contracts.length === 0) return '';
  const why = contracts
    .map(({ file, compatible }) => {
      const [first] = compatible.readings;
      return first === undefined ? file.id : `${file.id} (${first.because})`;
    })
    .join(', ');
  const end = versionOf(
    contracts.map(({ file }) => file),
    scene,
  );
  return `From now on rollback ends at ${end}: code before it cannot live with ${why}`;
}

/** The version of the newest release that brought one of them; this very one where it brings them itself, or no record names a release. */
function versionOf(
  files: readonly MigrationFile[],
  { history, parent, version, isOwn }: Pick<Scene, 'history' | 'parent' | 'version' | 'isOwn'>,
): string {
  const past = history.attempts.filter(({ id }) => id !== parent?.id);
  const brought = files.map((file) => (isOwn(file.path) ? undefined : releaseThatBrought(file, past)));
  const known = brought.flatMap((attempt) => (attempt === undefined ? [] : [attempt]));
  const newest = known.toSorted((a, b) => b.id - a.id)[0];
  const own = `${version}, the version that this deployment brings`;
  if (newest === undefined || known.length < files.length) return own;
  return newest.payload.kind === 'deploy' ? newest.payload.version : newest.sha.slice(0, 7);
}

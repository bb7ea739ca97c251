// What actions/checkout leaves behind: the files of a commit, and enough of a .git folder to name it.
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FakeRepository } from '../github/fake.ts';
import type { Work } from '../runner/types.ts';

/** Puts the files of a commit into a folder. Scripts may be run; `git rev-parse HEAD` gives the sha. */
export function checkOut(repository: FakeRepository, sha: string, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  const files = {
    ...repository.filesAt(sha),
    '.git/HEAD': `${sha}\n`,
    '.git/config': '[core]\n\trepositoryformatversion = 0\n',
  };
  for (const path of ['.git/objects', '.git/refs/heads']) mkdirSync(join(folder, path), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    if (text.startsWith('#!')) chmodSync(file, 0o755);
  }
}

/** The step `actions/checkout` of a run on this commit; `ref` asks for another one, as on GitHub. */
export function checkoutStep(repository: FakeRepository, sha: string): Work {
  return ({ with: given, workspace }) => {
    const wanted = given.ref === undefined || given.ref === '' ? sha : given.ref;
    const commit = repository.resolve(wanted);
    if (commit === undefined) throw new Error(`A branch or tag with the name '${wanted}' could not be found`);
    checkOut(repository, commit.sha, workspace);
    return { ref: wanted, commit: commit.sha };
  };
}

// Commits read once: what a sha names never changes, so nobody asks for the same one twice in a run.
import type { CommitFact } from '../../evidence/fact.ts';

export class KeptCommits {
  readonly #commits = new Map<string, CommitFact>();

  keep<T extends CommitFact>(commit: T): T {
    this.#commits.set(commit.sha, commit);
    return commit;
  }

  /** The commit of a full sha, when it was read before. */
  find(sha: string): CommitFact | undefined {
    return this.#commits.get(sha);
  }
}

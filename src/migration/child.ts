// The child Deployment of a migration: written before anything is touched, ended by migrate alone, mirrored on its parent.
import type { DeploymentState } from '../evidence/fact.ts';
import type { Run } from '../evidence/run.ts';
import type { Beginning } from '../record/begin.ts';
import type { Entry } from '../record/entry.ts';
import { type Attempt, type History, unfinished } from '../record/history.ts';
import type { MigrationPayload } from '../record/payload.ts';
import { type Compatibility, compatibilities, worstOf } from './meaning.ts';
import type { JudgedFile } from './set.ts';

export interface ChildPlace {
  readonly run: Run;
  readonly environment: string;
  readonly unit: string;
  readonly leg: string;
  readonly sha: string;
  readonly version: string;
  readonly parent: Attempt | undefined;
  readonly tool: string;
  readonly set: string;
}

/** The Deployment to begin: set, meaning of each file, and the history before. */
export function childOf(place: ChildPlace, due: readonly JudgedFile[], before: readonly string[]): Beginning {
  const { run, environment, unit, leg, sha, version, parent, tool, set } = place;
  const payload: MigrationPayload = {
    marker: 'boring-deploys',
    schema: 1,
    kind: 'migration',
    run: { id: run.id, attempt: run.attempt, url: run.url },
    environment,
    unit,
    version,
    artifact: [],
    sha,
    parent: parent?.id ?? null,
    leg,
    tool,
    set,
    files: due.map(({ file, compatible }) => ({
      id: file.id,
      path: file.path,
      sha256: file.sha256,
      compatibility: compatible.compatibility,
    })),
    before,
  };
  return {
    task: 'deploy:migration',
    description: `migrations ${due.map(({ file }) => file.id).join(', ')}`.slice(0, 140),
    payload,
  };
}

/** The entry of a child. `count`: files of the set that are applied now; for `reverted` those taken back. */
export function migrationEntry(verdict: string, count: number, compatibility: Compatibility): Entry {
  return { kind: 'migration', verdict, count, compatibility };
}

/** State that ends a child: cancelled and left ones are errors, not failures of the migration. */
export function endState(verdict: string, reason: string): DeploymentState {
  if (verdict === 'applied') return 'success';
  return reason === 'cancelled' || reason === 'left' ? 'error' : 'failure';
}

/** Parents only hear of it while they are unfinished; success of a migration does not finish them. */
export function parentState(verdict: string, reason: string): DeploymentState {
  return verdict === 'applied' ? 'in_progress' : endState(verdict, reason);
}

/** Children of this leg that never got an end: their run was killed. */
export function unendedChildren(
  history: History,
  leg: string,
): readonly (Attempt & { readonly payload: MigrationPayload })[] {
  return history.attempts.flatMap((attempt) => {
    const { payload } = attempt;
    return payload.kind === 'migration' && payload.leg === leg && unfinished(attempt) ? [{ ...attempt, payload }] : [];
  });
}

/** The end of such a child, from what the history table has now. */
export function endOfLeft(
  payload: MigrationPayload,
  applied: readonly string[],
): { readonly state: DeploymentState; readonly entry: Entry } {
  const there = payload.files.filter(({ id }) => applied.includes(id));
  const whole = there.length === payload.files.length;
  const meant = there.map(({ compatibility }) => compatibilities.find((one) => one === compatibility) ?? 'contract');
  const verdict = whole ? 'applied' : 'failed';
  return { state: endState(verdict, 'left'), entry: migrationEntry(verdict, there.length, worstOf(meant)) };
}

// The modes that ask no checklist: finish (which then looks at what the deployment owes), lock, unlock; metrics and hygiene, which only report.
import type { Ask } from '../evidence/answer.ts';
import type { Run } from '../evidence/run.ts';
import { Problem } from '../kit/problem.ts';
import type { Effective } from '../policy/effective.ts';
import { readHistory } from '../record/history.ts';
import type { IssueDesk } from '../record/issue-desk.ts';
import { lock, unlock } from '../record/lock.ts';
import type { Outcome } from '../record/outcome.ts';
import type { DeploymentStore } from '../record/store.ts';
import { aftermathOf } from './aftermath.ts';
import { metricsOf } from './delivery/metrics.ts';
import { endDeployment } from './ending.ts';
import { hygieneOf } from './hygiene/hygiene.ts';
import { endedMode } from './outcome.ts';
import { scopeOf, versionOf } from './scope.ts';
import { finishTold } from './telling.ts';

export interface ModeAsked {
  readonly mode: string;
  readonly run: Run;
  readonly policy: Effective;
  readonly expectedSha: string;
  readonly version: string;
  readonly deploymentId: number | undefined;
  readonly lockReason: string;
  readonly dryRun: boolean;
  readonly now: number;
  /** Asks what the finished deployment owes. */
  readonly ask: Ask;
  readonly issues: IssueDesk;
  /** Writes a file of the job and gives its path. */
  readonly write: (name: string, text: string) => Promise<string>;
}

/** Runs the mode. Throws a Problem under `dry-run` for modes that do nothing but write, and for what `lock` and `finish` refuse. */
export async function otherMode(store: DeploymentStore, asked: ModeAsked): Promise<Outcome> {
  const { mode, run, policy } = asked;
  const reports = mode === 'metrics' || mode === 'hygiene';
  if (asked.dryRun && !reports) throw onlyWrites(mode);
  const where = { environment: policy.environment, unit: policy.unit.name ?? '' };
  const history = readHistory(await store.list(policy.environment), where);
  const { sha } = scopeOf(run, { moment: 'deploy', expectedSha: asked.expectedSha }, policy);
  const told = { reason: mode, sha, version: versionOf(run, asked.version, sha) };
  if (reports) {
    const look = { ...asked, history, sha };
    const found = mode === 'metrics' ? await metricsOf(look) : await hygieneOf(look);
    return { ...endedMode({ ...told, verdict: 'reported', deploymentId: undefined }), ...found };
  }
  const by = run.triggeringActor;
  if (mode === 'lock') {
    const said = { run: { id: run.id, attempt: run.attempt, url: run.url }, by, reason: asked.lockReason };
    const deploymentId = await lock(store, history, { ...where, ...said, sha });
    return endedMode({ ...told, verdict: 'locked', deploymentId });
  }
  if (mode === 'unlock') {
    const [deploymentId] = await unlock(store, history, { by, logUrl: run.url });
    return endedMode({ ...told, verdict: 'unlocked', deploymentId });
  }
  const named = run.event === 'push' || run.event === 'release' || asked.expectedSha !== '';
  const wanted = { deploymentId: asked.deploymentId, runId: run.id, ...(named ? { sha } : {}) };
  const ended = await endDeployment(store, history, {
    wanted,
    leg: policy.leg ?? '',
    logUrl: run.url,
    url: policy.url ?? '',
  });
  const { version } = ended.payload;
  const owes = await aftermathOf(asked.ask, { attempt: ended, policy, history, run, now: asked.now });
  const done = { reason: mode, sha: ended.sha, version, verdict: 'finished', deploymentId: ended.id };
  // One that had succeeded already was told then.
  const announcements =
    ended.state !== 'success' ? finishTold(policy, ended, { now: asked.now, who: by, runUrl: run.url }) : [];
  return { ...endedMode(done), ...owes, announcements, result: { ...done, owed: owes.owed } };
}

function onlyWrites(mode: string): Problem {
  return new Problem({
    what: `mode: ${mode} does nothing but write, and dry-run forbids it`,
    where: 'input dry-run',
    fix: 'Remove one of the two inputs.',
    reason: 'bad-input',
  });
}

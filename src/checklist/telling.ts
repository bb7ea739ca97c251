// What a gate tells people: the notice of a start that is planned, the start itself, and the end where the gate says it.
import { plain } from '../kit/phrase.ts';
import type { Effective } from '../policy/effective.ts';
import { type Announcing, announcingOf, type Occurrence } from '../record/announcing.ts';
import type { Evidence } from '../record/evidence.ts';
import type { Attempt } from '../record/history.ts';
import { whatRuns } from '../record/running.ts';
import type { Statement } from './statement.ts';
import { instant } from './words.ts';

/** The start when a Deployment began; else the notice, when the start is planned for later and nothing closes the gate. */
export function tellingsOf(statement: Statement, evidence: Evidence, silent: boolean): readonly Announcing[] {
  const { judged, judgement, deploymentId, back } = statement;
  if (back !== undefined || judgement.reason === 'not-concerned') return [];
  const begins = deploymentId !== undefined || (silent && judged.moment === 'deploy' && judgement.verdict === 'open');
  if (begins) {
    return announcingOf(judged.policy, evidence, { ...about(statement), event: 'start' }, { silent });
  }
  if (judged.plannedStart <= judged.now || judgement.verdict === 'closed') return [];
  return judged.policy.announce
    .flatMap((line) => {
      const one = { ...judged.policy, announce: [line] };
      return announcingOf(one, evidence, noticeOf(statement, line.aheadMs), { silent });
    })
    .reduce(together, []);
}

/** A notice is sent as soon as a gate knows the start: `ahead` is the least time, and one that comes later says so. It belongs to the pull request
 * and the planned start, so that a push tells nobody again and another time does. */
function noticeOf(statement: Statement, aheadMs: number | undefined): Occurrence {
  const { plannedStart, now, change } = statement.judged;
  const newest = change.pulls[0];
  const late = aheadMs !== undefined && plannedStart - now < aheadMs;
  const commits = change.pulls.flatMap(({ number, headSha }) => [
    headSha,
    ...(change.brought.get(number) ?? []).map(({ sha }) => sha),
  ]);
  return {
    ...about(statement),
    event: 'notice',
    what: instant(plannedStart),
    ...(newest === undefined ? {} : { owner: `#${newest.number}` }),
    shas: commits.slice(0, mostCommits),
    progress: late ? 'told later than promised' : '',
    plannedAt: plannedStart,
  };
}

/** So many commits of a pull request are looked at for an earlier notice (ours). */
const mostCommits = 10;

/** One notice for all lines that say the same. */
function together(all: readonly Announcing[], one: Announcing): readonly Announcing[] {
  const same = all.find(({ key, progress }) => key === one.key && progress === one.progress);
  if (same === undefined) return [...all, { ...one, key: one.progress === '' ? one.key : `${one.key} late` }];
  return all.map((each) => (each === same ? { ...each, lines: [...each.lines, ...one.lines] } : each));
}

/** What `mode: finish` tells: the deployment is done. */
export function finishTold(
  policy: Effective,
  attempt: Attempt,
  at: { readonly now: number; readonly who: string; readonly runUrl: string },
): readonly Announcing[] {
  const { payload, sha, id } = attempt;
  if (payload.kind !== 'deploy') return [];
  const source = {
    ...{
      environment: policy.environment,
      unit: policy.unit.name ?? '',
      leg: policy.leg ?? '',
      sha,
      version: payload.version,
    },
    ...{
      pulls: payload.pulls,
      deploymentId: id,
      at: at.now,
      verdict: '',
      reason: '',
      title: '',
      sentence: '',
      migration: '',
    },
    run: { id: payload.run.id, attempt: payload.run.attempt, job: '', url: at.runUrl },
    reportOnly: false,
    wayBack: payload.previous === null ? '' : payload.previous.version,
  };
  const told = {
    event: 'done',
    from: payload.previous?.version ?? '',
    plan: payload.plan,
    risk: payload.tier,
    who: at.who,
    perLeg: true,
  } as const;
  return announcingOf(policy, source, told, { silent: false });
}

function about({ judged, setAside }: Statement): Pick<Occurrence, 'from' | 'plan' | 'risk' | 'who'> {
  const { change, run } = judged;
  const runs = whatRuns(change.history) ?? change.predecessor;
  const aside = setAside === undefined ? '' : ', with an override';
  return {
    from: runs?.payload.version ?? '',
    plan: change.plan,
    risk: change.tier,
    who: `${plain(run.triggeringActor)}${aside}`,
  };
}

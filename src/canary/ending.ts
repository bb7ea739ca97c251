// How a canary step ended: verdict, outputs, evidence and the one error line, made from what the walk found.
import { formatPoints } from '../kit/percent.ts';
import type { Phrase } from '../kit/phrase.ts';
import type { Evidence, EvidenceMoment } from '../record/evidence.ts';
import type { Outcome } from '../record/outcome.ts';
import type { Comparison } from './comparison.ts';
import type { Exhibit } from './exhibit.ts';
import { comparisonRow, grouped, limitRow, neededOf, oddsOf } from './figures.ts';
import { type Observed, observedShare, sharePhrase } from './observed.ts';
import { stageAfter } from './plan.ts';
import type { PollLog } from './sample.ts';
import type { Scene } from './scene.ts';
import { sentenceOf, type Told, titleOf, wayBackOf } from './telling.ts';
import { tidingsOf } from './tidings.ts';
import type { Walk } from './walk.ts';

export interface Ending extends Told {
  readonly moments: readonly EvidenceMoment[];
  readonly exhibits: readonly Exhibit[];
  /** Which share of the requests the new version really got, by stage. */
  readonly shares: readonly Observed[];
  /** Everything the judge knew: judging it again gives the same verdict. */
  readonly polls: PollLog;
  /** The file that has the polls, with all that they are judged by. */
  readonly pollLog: string;
  /** Whether anything was moved or written: a look that changes nothing leaves no check run. */
  readonly acted: boolean;
  readonly warnings: readonly string[];
  readonly dryRun: boolean;
  /** The walk was stopped and its users brought back, whatever `enforce` says. */
  readonly stopped: boolean;
  /** Facts that a later call reads. */
  readonly facts: Evidence['found'];
}

/** An ending of a walk that has moved nothing. Only a hold is worth a record: all else is a look that changes nothing. */
export function unmoved(parts: Pick<Ending, 'verdict' | 'reason' | 'because' | 'now'> & Partial<Ending>): Ending {
  const none = { remedy: '', sides: undefined, stage: '', weight: 0, judged: undefined };
  return {
    ...none,
    moments: [],
    comparison: undefined,
    exhibits: [],
    shares: [],
    polls: [],
    pollLog: '',
    acted: parts.verdict === 'hold',
    warnings: [],
    dryRun: false,
    stopped: false,
    kept: false,
    facts: {},
    ...parts,
  };
}

/** An ending of a walk, as it stands now. */
export function walked(
  walk: Pick<
    Walk,
    | 'sides'
    | 'stage'
    | 'weight'
    | 'judged'
    | 'moments'
    | 'comparison'
    | 'exhibits'
    | 'trials'
    | 'polls'
    | 'pollLog'
    | 'warnings'
  >,
  parts: Pick<Ending, 'verdict' | 'reason' | 'because' | 'remedy' | 'stopped' | 'now'> & Partial<Ending>,
): Ending {
  const { sides, stage, weight, judged, moments, comparison, exhibits, trials, polls, pollLog, warnings } = walk;
  return {
    sides,
    stage: stage?.id ?? '',
    weight,
    judged,
    moments,
    comparison,
    exhibits,
    shares: trials.flatMap((trial) => observedShare(trial) ?? []),
    polls,
    pollLog,
    warnings,
    acted: true,
    dryRun: false,
    kept: false,
    facts: {},
    ...parts,
  };
}

/** The outcome for shell. Hold and rollback exit 1 (ACTIONS, canary-step): a version that was turned back is no green run. Under
 * `enforce: report` a verdict stops nothing, and no rollback is asked for. */
export function outcomeOf(scene: Scene, ending: Ending): Outcome {
  const { verdict, reason, because, remedy } = ending;
  const reportOnly = scene.policy.enforce === 'report';
  const evidence = ending.acted ? evidenceOf(scene, ending) : undefined;
  const isBad = (verdict === 'hold' && !ending.kept) || verdict === 'rollback';
  const fails = isBad && (!reportOnly || ending.stopped);
  const said = `Canary of ${scene.version} in ${scene.policy.environment}: ${verdict}, ${reason}: ${because}. ${remedy}`;
  return {
    verdict,
    reason,
    exit: fails ? 1 : 0,
    rollback: verdict === 'rollback' && !reportOnly,
    sha: scene.sha,
    version: scene.version,
    deploymentId: scene.attempt?.id,
    outputs: {
      stage: ending.stage,
      'next-stage': ending.stage === '' ? '' : stageAfter(scene.plan, ending.stage),
      weight: String(ending.weight),
      odds: oddsOf(ending.comparison),
      'needed-requests': neededOf(ending.judged),
      'stable-side': ending.sides?.stable ?? '',
    },
    evidence,
    announcements: tidingsOf(scene, ending, evidence),
    result: { ...ending, plan: scene.plan.name, policy: scene.trusted.digest },
    error: fails ? said : '',
    warnings: ending.warnings,
    silent: ending.dryRun || scene.run.pull?.fork === true,
  };
}

function evidenceOf(scene: Scene, ending: Ending): Evidence {
  const { policy, attempt, run, plan, trusted } = scene;
  const payload = attempt?.payload;
  const { id, attempt: tried, job, url } = run;
  const home = `${run.serverUrl}/${run.repository.owner}/${run.repository.name}`;
  return {
    marker: 'boring-deploys',
    schema: 1,
    action: 'canary-step',
    moment: 'deploy',
    environment: policy.environment,
    unit: policy.unit.name ?? '',
    leg: policy.leg ?? '',
    sha: scene.sha,
    tree: payload?.kind === 'deploy' ? payload.tree : '',
    version: scene.version,
    pulls: payload?.kind === 'deploy' || payload?.kind === 'rollback' ? payload.pulls : [],
    deploymentId: attempt?.id ?? null,
    run: { id, attempt: tried, job, url },
    at: ending.now,
    verdict: ending.verdict,
    reason: ending.reason,
    reportOnly: policy.enforce === 'report',
    title: titleOf(scene, ending),
    sentence: sentenceOf(scene, ending),
    facts: [
      [{ code: scene.version }],
      ['commit ', { text: scene.sha.slice(0, 7), href: `${home}/commit/${scene.sha}` }],
      ...(payload?.kind === 'deploy' ? [['risk ', { strong: payload.tier }]] : []),
      ['plan ', { strong: plan.name }],
      `policy ${trusted.name}${trusted.digest === '' ? '' : ` @ ${trusted.digest.slice(0, 7)}`}`,
    ],
    rows: [
      ...(ending.comparison?.metrics ?? []).map((one) => comparisonRow(one, ending.comparison?.earlierMs)),
      ...(ending.judged?.readings ?? []).map(limitRow),
    ],
    moments: ending.moments,
    wayBack: wayBackOf(scene, ending),
    migration: '',
    details: detailsOf(ending),
    found: {
      stage: ending.stage,
      weight: ending.weight,
      stable: ending.sides?.stable ?? '',
      canary: ending.sides?.canary ?? '',
      compared: ending.comparison !== undefined,
      ...comparedFacts(ending.comparison),
      ...Object.fromEntries(ending.shares.map((one) => [`share ${one.stage}`, sharePhrase(one)])),
      ...ending.facts,
    },
  };
}

function detailsOf({ exhibits, pollLog }: Ending): Evidence['details'] {
  if (pollLog === '' || exhibits.length === 0) return exhibits;
  const [, file = pollLog] = /([^/\\]+)$/.exec(pollLog) ?? [];
  const lines: Phrase[] = [
    `Every poll with all that it is judged by: ${file}, in this job's temporary folder; keep it with actions/upload-artifact.`,
    ['Judge it again with ', { code: 'npm run simulate -- <file>' }, ' in the repository of the actions.'],
  ];
  return [...exhibits, { heading: 'Poll log', lines, table: [] }];
}

/** Figures that other actions and people's scripts read. */
function comparedFacts(comparison: Comparison | undefined): Readonly<Record<string, number | string>> {
  if (comparison === undefined) return {};
  const facts = comparison.metrics.map(({ metric, canary, stable, odds, interval }): readonly [string, string] => [
    `compared ${metric}`,
    `${grouped(canary.bad)} of ${grouped(canary.total)} / ${grouped(stable.bad)} of ${grouped(stable.total)}, difference ${formatPoints(interval.lower)} to ${formatPoints(interval.upper)}, odds ${Number(odds.toPrecision(2))}`,
  ]);
  return Object.fromEntries(facts);
}

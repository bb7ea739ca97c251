// How the gate ends: verdict, exit code, outputs, and the whole result for machines.
import type { Effective } from '../policy/effective.ts';
import type { Plan, Stage } from '../policy/parts.ts';
import type { Evidence } from '../record/evidence.ts';
import type { Outcome } from '../record/outcome.ts';
import { isOpen } from './finding.ts';
import { errorOf, type Judgement } from './judge.ts';
import { lineNotes } from './line-note.ts';
import { evidenceOf, type Statement } from './statement.ts';
import { tellingsOf } from './telling.ts';

export interface Ending {
  readonly sides: SidesTold;
  readonly ifWaiting: 'pass' | 'fail';
  /** Nothing may be written: `dry-run`, or a fork. */
  readonly silent: boolean;
}

/** The outcome of a gate that has judged. */
export function endedGate(statement: Statement, { sides, ifWaiting, silent }: Ending): Outcome {
  const { judgement, judged, version, deploymentId } = statement;
  const evidence = evidenceOf(statement);
  const exit = exitOf(judgement, { moment: judged.moment, enforce: judged.policy.enforce, ifWaiting });
  return {
    verdict: judgement.verdict,
    reason: judgement.reason,
    exit,
    rollback: false,
    sha: judged.change.sha,
    version,
    deploymentId,
    outputs: outputsOf(statement, sides),
    evidence,
    result: resultOf(statement, evidence),
    error: exit === 1 ? errorOf(judgement, statement.findings, judged.policy.environment) : '',
    warnings: [...sides.warnings, ...warningsOf(statement)],
    silent,
    lineNotes: lineNotes(statement.findings, judged.change),
    announcements: tellingsOf(statement, evidence, silent),
  };
}

/** The outcome of the modes that ask no checklist. */
export function endedMode(told: Pick<Outcome, 'verdict' | 'reason' | 'sha' | 'version' | 'deploymentId'>): Outcome {
  const rest = {
    exit: 0,
    rollback: false,
    outputs: {},
    evidence: undefined,
    error: '',
    warnings: [],
    silent: false,
  } as const;
  return { ...told, ...rest, result: told };
}

/** The side that has the users and the other one, as the router tells; empty where it did not. */
export interface SidesTold {
  readonly stable: string;
  readonly idle: string;
  readonly warnings: readonly string[];
}

/** Exit 1 when closed; a gate that waits passes at review unless `if-waiting: fail`, and never at deploy; `enforce: report` stops nothing. */
export function exitOf(
  judgement: Judgement,
  at: {
    readonly moment: 'review' | 'deploy';
    readonly enforce: Effective['enforce'];
    readonly ifWaiting: 'pass' | 'fail';
  },
): 0 | 1 {
  if (judgement.verdict === 'open' || at.enforce === 'report') return 0;
  if (judgement.verdict === 'closed') return 1;
  return at.moment === 'review' && at.ifWaiting === 'pass' ? 0 : 1;
}

/** The sides by their weights: stable is the one with more of the traffic. Without any difference nobody can tell. */
export function sidesByWeight(
  sides: readonly [string, string],
  weights: Readonly<Record<string, number>>,
): Omit<SidesTold, 'warnings'> {
  const [a, b] = sides;
  const difference = (weights[a] ?? 0) - (weights[b] ?? 0);
  if (difference === 0) return { stable: '', idle: '' };
  return difference > 0 ? { stable: a, idle: b } : { stable: b, idle: a };
}

/** A stage as people read it; what most stages have not is left out. */
function stageOf({ id, weight, weightTo, audience, bakeMs }: Stage, by: Plan['by']) {
  const band = weightTo > weight ? { 'weight-to': weightTo } : {};
  return {
    id,
    weight,
    ...band,
    ...(audience === undefined ? {} : { audience }),
    'bake-ms': bakeMs,
    ...(by === 'traffic' ? {} : { by }),
  };
}

/** The action's own outputs. */
function outputsOf(statement: Statement, sides: SidesTold): Readonly<Record<string, string>> {
  const { judged, findings } = statement;
  const { change, policy } = judged;
  const { stages = [], by = 'traffic' } = policy.plans[change.plan] ?? {};
  const open = findings.filter(isOpen).map(({ id, title, outcome, required }) => ({ id, title, outcome, required }));
  return {
    tier: change.tier,
    plan: change.plan,
    stages: JSON.stringify(stages.map((stage) => stageOf(stage, by))),
    'tree-sha': change.tree,
    'idle-side': sides.idle,
    'stable-side': sides.stable,
    'open-findings': JSON.stringify(open),
  };
}

/** The whole machine-readable result. */
function resultOf(statement: Statement, evidence: Evidence): object {
  const { judged, findings, judgement } = statement;
  const { change } = judged;
  return {
    ...judgement,
    environment: judged.policy.environment,
    moment: judged.moment,
    sha: change.sha,
    tree: change.tree,
    base: change.base,
    relation: change.relation,
    pulls: evidence.pulls,
    tier: change.tier,
    because: change.because,
    type: change.type.name,
    plan: change.plan,
    areas: change.areas,
    policy: { path: statement.trusted.path, sha: statement.trusted.sha, digest: statement.trusted.digest },
    findings,
  };
}

/** Warnings of an open gate: what was not required and is not met. */
function warningsOf({ judgement, findings }: Statement): readonly string[] {
  if (judgement.verdict !== 'open') return [];
  const open = findings.filter((finding) => isOpen(finding) && finding.level === 'warn');
  const said = findings.flatMap(({ warning }) => warning ?? []);
  return [
    ...said,
    ...(open.length === 0 ? [] : [`Not met, not required: ${open.map(({ title }) => title).join(', ')}`]),
  ];
}

// The account of a smoke test: outcome, evidence and the one error line, made from what the walk found.
import { formatDuration } from '../kit/duration.ts';
import type { Phrase } from '../kit/phrase.ts';
import type { Evidence, EvidenceRow } from '../record/evidence.ts';
import type { Outcome } from '../record/outcome.ts';
import type { CheckResult, SuiteResult } from './result.ts';
import type { Scene } from './scene.ts';
import type { Standing } from './standing.ts';
import type { Suite } from './suite.ts';

export interface Told {
  readonly scene: Scene;
  readonly standing: Standing;
  /** Undefined when nothing was asked: the traffic of an unfinished plan is still on the old version. */
  readonly walked: { readonly suite: Suite; readonly result: SuiteResult; readonly junit: string } | undefined;
  /** What was asked, as people know it: without passwords. */
  readonly where: string;
  readonly onUnreachable: 'fail' | 'inconclusive';
  readonly began: number;
  readonly now: number;
  readonly dryRun: boolean;
  readonly warnings: readonly string[];
}

interface Said {
  readonly verdict: SuiteResult['verdict'];
  readonly reason: string;
  readonly because: string;
}

const planUnfinished: Said = {
  verdict: 'inconclusive',
  reason: 'plan-unfinished',
  because: 'the traffic plan is not finished, so that the public address may answer with either version',
};

/** The outcome for shell. Only `fail` asks for a rollback, and only where users have what failed and the policy says so. */
export function outcomeOf(told: Told): Outcome {
  const { scene, walked, standing } = told;
  const said = saidOf(told);
  const reportOnly = scene.policy.enforce === 'report';
  const exit = said.verdict === 'pass' || reportOnly ? 0 : 1;
  const { smoke } = scene.policy;
  const rollback = said.verdict === 'fail' && standing.exposed && smoke.onFailure === 'rollback' && scene.trusted.found;
  return {
    ...said,
    exit,
    rollback: rollback && !reportOnly,
    sha: scene.sha,
    version: scene.version,
    deploymentId: scene.attempt?.id,
    outputs: {
      passed: String(walked?.result.passed ?? 0),
      failed: String(walked?.result.failed ?? 0),
      flaky: walked?.result.flaky.join(',') ?? '',
      'duration-ms': String(walked?.result.durationMs ?? 0),
      junit: walked?.junit ?? '',
    },
    evidence: evidenceOf(told, said),
    result: {
      ...said,
      suite: walked?.suite.path ?? '',
      digest: walked?.suite.digest ?? '',
      result: walked?.result ?? {},
    },
    error: exit === 0 ? '' : errorOf(told, said),
    warnings: [...told.warnings, ...warningsOf(walked?.result)],
    silent: told.dryRun || scene.run.pull?.fork === true,
  };
}

/** The verdict as the inputs want it: `on-unreachable: inconclusive` says that nobody can tell. */
export function saidOf({ walked, onUnreachable }: Pick<Told, 'walked' | 'onUnreachable'>): Said {
  if (walked === undefined) return planUnfinished;
  const { verdict, reason, because } = walked.result;
  return {
    verdict: verdict === 'unreachable' && onUnreachable === 'inconclusive' ? 'inconclusive' : verdict,
    reason,
    because,
  };
}

function evidenceOf(told: Told, said: Said): Evidence {
  const { scene, walked, standing } = told;
  const { run, policy, attempt, trusted } = scene;
  const payload = attempt?.payload;
  return {
    marker: 'boring-deploys',
    schema: 1,
    action: 'smoke-test',
    moment: scene.moment,
    environment: policy.environment,
    unit: policy.unit.name ?? '',
    leg: policy.leg ?? '',
    sha: scene.sha,
    tree: payload?.kind === 'deploy' ? payload.tree : '',
    version: scene.version,
    pulls: payload?.kind === 'deploy' || payload?.kind === 'rollback' ? payload.pulls : pullOf(scene),
    deploymentId: attempt?.id ?? null,
    run: { id: run.id, attempt: run.attempt, job: run.job, url: run.url },
    at: told.now,
    verdict: said.verdict,
    reason: said.reason,
    reportOnly: policy.enforce === 'report',
    title: walked === undefined ? 'the traffic plan is not finished' : `${figuresOf(walked.result)} checks passed`,
    sentence: sentenceOf(told, said),
    facts: factsOf(told),
    rows: (walked?.result.checks ?? []).map(rowOf),
    moments: [
      {
        stage: 'smoke',
        from: told.began,
        to: told.now,
        verdict: said.verdict,
        figures: walked === undefined ? said.reason : figuresOf(walked.result),
      },
    ],
    wayBack: '',
    migration: '',
    details: [...cleanupDetails(walked?.result)],
    found: {
      passed: walked?.result.passed ?? 0,
      failed: walked?.result.failed ?? 0,
      total: walked?.result.total ?? 0,
      flaky: walked?.result.flaky ?? [],
      suite: walked?.suite.digest ?? '',
      policy: trusted.digest,
      phase: standing.phase,
      'duration-ms': walked?.result.durationMs ?? 0,
    },
  };
}

function pullOf({ run }: Scene): readonly number[] {
  return run.pull === undefined ? [] : [run.pull.number];
}

function figuresOf({ passed, total }: SuiteResult): string {
  return `${passed} of ${total}`;
}

function sentenceOf({ walked, where }: Told, { verdict, because }: Said): Phrase {
  if (walked === undefined) return `Nothing was asked: ${because}.`;
  if (verdict !== 'pass') return `${capital(because)}.`;
  const { result } = walked;
  const flaky = result.flaky.length === 0 ? '' : ` Only after a retry: ${result.flaky.join(', ')}.`;
  const advisory = result.failed === 0 ? '' : ` ${result.failed} advisory failed.`;
  return [`Every blocking check passed at ${where} in ${formatDuration(result.durationMs)}.`, `${advisory}${flaky}`];
}

function factsOf({ walked, where, scene }: Told): readonly Phrase[] {
  const readiness = walked?.result.readiness;
  const pinned =
    readiness === undefined
      ? 'not pinned to a version'
      : `ready after ${formatDuration(readiness.waitedMs)}, asked ${readiness.asked === 1 ? 'once' : `${readiness.asked} times`}`;
  const suite = walked === undefined ? [] : [`suite ${walked.suite.path} @ ${walked.suite.digest.slice(0, 7)}`, pinned];
  return [`at ${where}`, ...suite, ...scene.notes];
}

function rowOf(check: CheckResult): EvidenceRow {
  const blocking = check.severity === 'blocking';
  const failed = blocking ? 'fail' : 'warn';
  return {
    id: check.id,
    outcome: check.outcome === 'pass' ? 'pass' : check.outcome === 'not-run' ? 'unknown' : failed,
    title: check.title,
    who: '',
    todo: '',
    evidence: evidenceText(check),
    required: blocking,
  };
}

/** At most three failures of a check: what fits a screen. */
function evidenceText({ outcome, failures, because, attempts, durationMs }: CheckResult): string {
  const tries = attempts > 1 ? `, attempt ${attempts}` : '';
  if (outcome === 'pass') return `${formatDuration(durationMs)}${tries}`;
  if (outcome === 'not-run') return because;
  const lines = failures.slice(0, 3).map(({ about, expected, got }) => `${about}: expected ${expected}, got ${got}`);
  const more = failures.length > 3 ? `; and ${failures.length - 3} more` : '';
  return `${lines.join('; ')}${more}${tries}`;
}

function cleanupDetails(result: SuiteResult | undefined): Evidence['details'] {
  const left = (result?.cleanups ?? []).filter(({ because }) => because !== '');
  if (left.length === 0) return [];
  return [{ heading: 'Not cleaned up', lines: left.map(({ id, because }) => `${id}: ${because}`), table: [] }];
}

function warningsOf(result: SuiteResult | undefined): readonly string[] {
  const left = (result?.cleanups ?? []).filter(({ because }) => because !== '');
  const advisory = (result?.checks ?? []).filter(
    ({ severity, outcome }) => severity === 'advisory' && outcome === 'fail',
  );
  return [
    ...advisory.map((check) => `Smoke check ${check.id} (advisory) failed: ${evidenceText(check)}`),
    ...left.map(({ id, because }) => `What smoke check ${id} made was not cleaned up: ${because}`),
  ];
}

function errorOf(told: Told, said: Said): string {
  const { scene, walked, where } = told;
  const head = `Smoke test of ${scene.version} in ${scene.policy.environment}: ${said.verdict}, ${said.reason}`;
  const check = walked?.result.checks.find(({ id }) => said.reason === `check:${id}`);
  const line =
    check === undefined || check.line === 0 || walked === undefined ? '' : `, ${walked.suite.path}:${check.line}`;
  return `${head}: ${said.because} (at ${where}${line}). ${fixOf(said)}`;
}

function fixOf({ verdict, reason }: Said): string {
  switch (reason) {
    case 'plan-unfinished':
      return 'Give `connect-to` with the side that is not public yet, or run this after the last canary-step.';
    case 'another-version':
      return 'Look whether the deployment reached this address, and what the `ready` of the suite asks for.';
    case 'not-ready':
      return 'Look into the log of the service.';
    case 'unreachable':
      return 'Check that this runner can reach the address: nothing is known about the release.';
    case 'cancelled':
      return 'Run it again.';
    case 'unfinished':
      return 'Make the suite shorter, or raise smoke.budget of the policy and budget of the suite.';
    default:
      return verdict === 'fail'
        ? 'Look into the log of the service, or correct the expectation in the suite.'
        : 'Correct the suite.';
  }
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

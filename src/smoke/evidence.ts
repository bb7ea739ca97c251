// The evidence of a smoke test: the rows, figures and details that the record keeps and the report shows.
import { formatDuration } from '../kit/duration.ts';
import { clipped } from '../kit/excerpt.ts';
import type { Phrase } from '../kit/phrase.ts';
import type { Evidence, EvidenceRow } from '../record/evidence.ts';
import { tagWords } from '../record/tags.ts';
import { coded, detailsOf, differing, worthTelling } from './detail.ts';
import { besideEachOther } from './difference.ts';
import type { Ending } from './ending.ts';
import { failureText } from './failure.ts';
import { latenciesIn } from './latency.ts';
import type { Readiness } from './ready.ts';
import { remedyOf } from './remedy.ts';
import type { CheckResult, Decision, SuiteResult } from './result.ts';
import type { Scene } from './scene.ts';

/** The evidence that is kept and shown. */
export function evidenceOf(ending: Ending, decision: Decision): Evidence {
  const { scene, walked, standing } = ending;
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
    at: ending.now,
    verdict: decision.verdict,
    reason: decision.reason,
    reportOnly: policy.enforce === 'report',
    title: titleOfRun(walked),
    sentence: sentenceOf(ending, decision),
    facts: factsOf(ending),
    rows: rowsOf(walked?.result.checks ?? []),
    moments: [
      {
        stage: walked?.tags === undefined ? 'smoke' : `smoke, ${tagWords(walked.tags)}`,
        from: ending.began,
        to: ending.now,
        verdict: decision.verdict,
        figures: walked === undefined ? decision.reason : figuresOf(walked.result),
      },
    ],
    wayBack: '',
    migration: '',
    details: detailsOf(ending),
    found: {
      passed: walked?.result.passed ?? 0,
      failed: walked?.result.failed ?? 0,
      total: walked?.result.total ?? 0,
      flaky: walked?.result.flaky ?? [],
      suite: walked?.suite.digest ?? '',
      ...(walked?.tags === undefined ? {} : { tags: walked.tags }),
      policy: trusted.digest,
      phase: standing.phase,
      'duration-ms': walked?.result.durationMs ?? 0,
      ...(walked === undefined ? {} : latenciesIn(walked.result)),
    },
  };
}

function pullOf({ run }: Scene): readonly number[] {
  return run.pull === undefined ? [] : [run.pull.number];
}

function titleOfRun(walked: Ending['walked']): string {
  if (walked === undefined) return 'the traffic plan is not finished';
  const part = walked.tags === undefined ? '' : ` (${tagWords(walked.tags)})`;
  return `${figuresOf(walked.result)} checks passed${part}`;
}

function figuresOf({ passed, total }: SuiteResult): string {
  return `${passed} of ${total}`;
}

function sentenceOf({ walked, where }: Ending, decision: Decision): Phrase {
  const { verdict, reason, because } = decision;
  const remedy = remedyOf(decision, walked?.result);
  if (walked === undefined) return [`Nothing was asked: ${because}. `, ...coded(remedy)];
  // An id stays as it is written in the suite.
  if (reason.startsWith('check:')) return [`Failed: ${inShort(because)} `, ...coded(remedy)];
  if (reason === 'unfinished') return [`Not finished: ${inShort(because)} `, ...coded(remedy)];
  if (verdict !== 'pass') return [`${capital(inShort(because))} `, ...coded(remedy)];
  const { result } = walked;
  const flaky = result.flaky.length === 0 ? '' : ` Only after a retry: ${result.flaky.join(', ')}.`;
  const failed = result.checks.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id);
  const names = `${failed.slice(0, 5).join(', ')}${failed.length > 5 ? ` and ${failed.length - 5} more` : ''}`;
  const advisory = failed.length === 0 ? '' : ` Advisory, and failed: ${names}.`;
  const part = walked.tags === undefined ? '' : ` of the ${tagWords(walked.tags)}`;
  return [
    `Every blocking check${part} passed at ${where} in ${formatDuration(result.durationMs)}.`,
    `${advisory}${flaky}`,
  ];
}

/** What came may be a whole page: its beginning says enough, the table below has the place that differs. */
function inShort(because: string): string {
  const short = clipped(because, 200);
  return short.endsWith('…') ? short : `${short}.`;
}

function factsOf({ walked, where, scene }: Ending): readonly Phrase[] {
  const readiness = walked?.result.readiness;
  const pinned = readiness === undefined ? 'not pinned to a version' : readyWords(readiness);
  const hidden = (walked?.result.total ?? 0) - mostRows;
  const rest = hidden > 0 ? [`${hidden} checks are not listed`] : [];
  const suite = walked === undefined ? [] : [`suite ${walked.suite.path} @ ${walked.suite.digest.slice(0, 7)}`, pinned];
  return [[{ code: scene.version }, ` at ${where}`], ...suite, ...rest, ...leftOut(walked), ...scene.notes];
}

function readyWords(readiness: Readiness): string {
  const { kind, waitedMs, asked } = readiness;
  if (kind === 'cancelled' && asked === 0) return 'cancelled before the version was asked';
  const how = kind === 'ready' ? 'ready after' : kind === 'cancelled' ? 'cancelled after' : 'not ready within';
  return `${how} ${formatDuration(waitedMs)}, asked ${asked === 1 ? 'once' : `${asked} times`}${peersOf(readiness)}`;
}

/** Who runs the version: one address behind a balancer that has several says that the others were not seen. */
function peersOf({ peers = [] }: Readiness): string {
  const shown = peers.slice(0, 5).join(', ');
  return peers.length === 0 ? '' : `, answered by ${shown}${peers.length > 5 ? ` and ${peers.length - 5} more` : ''}`;
}

/** Checks of the suite that were not asked at all: their tags, the environment or the pull request leave them out. */
function leftOut(walked: Ending['walked']): readonly string[] {
  const asked = new Set(walked?.result.checks.map(({ id }) => id));
  const left = walked?.suite.checks.filter(({ id }) => !asked.has(id)) ?? [];
  const names = left.slice(0, 5).map(({ id }) => id);
  const more = left.length > names.length ? ` and ${left.length - names.length} more` : '';
  return left.length === 0 ? [] : [`left out by tags, environment or pull request: ${names.join(', ')}${more}`];
}

/** More would fill the record and the report with what nobody reads. */
const mostRows = 300;

/** All checks; of a suite of thousands those that did not pass come before those that did, in the order of the file. */
function listedOf(checks: readonly CheckResult[]): readonly CheckResult[] {
  if (checks.length <= mostRows) return checks;
  const open = checks.filter(({ outcome }) => outcome !== 'pass').slice(0, mostRows);
  const passed = checks.filter(({ outcome }) => outcome === 'pass').slice(0, mostRows - open.length);
  const shown = new Set([...open, ...passed]);
  return checks.filter((check) => shown.has(check));
}

function rowsOf(checks: readonly CheckResult[]): readonly EvidenceRow[] {
  const told = new Set(differing(checks).map(({ id }) => id));
  return listedOf(checks).map((check) => rowOf(check, told.has(check.id)));
}

function rowOf(check: CheckResult, isTold: boolean): EvidenceRow {
  const blocking = check.severity === 'blocking';
  const failed = blocking ? 'fail' : 'warn';
  return {
    id: check.id,
    outcome: check.outcome === 'pass' ? 'pass' : check.outcome === 'not-run' ? 'unknown' : failed,
    title: titleOf(check),
    who: '',
    todo: '',
    evidence: rowText(check, isTold),
    required: blocking,
  };
}

/** What people call the check; of one that failed also its id, by which tables, log and suite know it. */
function titleOf({ id, title, outcome }: CheckResult): string {
  return outcome !== 'fail' || title === id || id.includes(' › ') ? title : `${title} (${id})`;
}

/** What was asked of a check that failed, and its first failure unless the table of what was expected tells it already. */
function rowText(check: CheckResult, isTold: boolean): string {
  const { outcome, failures, asked, attempts, durationMs } = check;
  if (outcome === 'pass') return evidenceText(check);
  const question = asked === undefined ? '' : `asked ${asked}`;
  if (outcome === 'not-run') return [evidenceText(check), question].filter((part) => part !== '').join('; ');
  const more = failures.length > 1 ? `; and ${failures.length - 1} more` : '';
  const tries = attempts > 1 ? `attempt ${attempts}, ` : '';
  const left = failures.length - worthTelling(failures).length;
  const said = isTold
    ? `${tries}${formatDuration(durationMs)}${left > 0 ? `; ${left} more ${left === 1 ? 'expectation' : 'expectations'} did not hold` : ''}`
    : `${evidenceText({ ...check, failures: failures.slice(0, 1) })}${more}`;
  return [question, said].filter((part) => part !== '').join(isTold ? ', ' : ': ');
}

/** At most three failures of a check: what fits a screen. */
export function evidenceText({ outcome, failures, because, attempts, durationMs, earlier }: CheckResult): string {
  const tries = attempts > 1 ? `, attempt ${attempts}` : '';
  if (outcome === 'pass') return `${formatDuration(durationMs)}${tries}${earlierText(earlier)}`;
  if (outcome === 'not-run') return because;
  const worth = worthTelling(failures);
  const more = failures.length > worth.length ? `; and ${failures.length - worth.length} more` : '';
  return `${worth.map(failureText).join('; ')}${more}${tries}`;
}

/** Why the attempt before the one that passed did not; empty where there was none. */
export function earlierText(earlier: CheckResult['earlier']): string {
  const last = earlier?.at(-1);
  if (last === undefined) return '';
  const { about, expected, got } = last;
  return ` (before: ${failureText({ about, ...besideEachOther(expected, got) })})`;
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

// The account of a smoke test: outcome, evidence and the one error line, made from what the walk found.
import type { Outcome } from '../record/outcome.ts';
import { tagWords } from '../record/tags.ts';
import { besideEachOther } from './difference.ts';
import type { Ending } from './ending.ts';
import { earlierText, evidenceOf, evidenceText } from './evidence.ts';
import { figureLine } from './probe-figures.ts';
import { decisiveOf, remedyOf } from './remedy.ts';
import type { Decision, SuiteResult } from './result.ts';
import { tellingsOf } from './telling.ts';
import { askedText, slowestOf } from './trace.ts';

const planUnfinished: Decision = {
  verdict: 'inconclusive',
  reason: 'plan-unfinished',
  because: 'the traffic plan is not finished, so that the public address may answer with either version',
};

/** The outcome for shell. Only `fail` asks for a rollback, and only where users have what failed and the policy says so. */
export function outcomeOf(ending: Ending): Outcome {
  const { scene, walked, standing } = ending;
  const decision = decisionOf(ending);
  const reportOnly = scene.policy.enforce === 'report';
  const exit = decision.verdict === 'pass' || reportOnly ? 0 : 1;
  const { smoke } = scene.policy;
  const evidence = evidenceOf(ending, decision);
  const rollback =
    decision.verdict === 'fail' && standing.exposed && smoke.onFailure === 'rollback' && scene.trusted.found;
  return {
    ...decision,
    exit,
    rollback: rollback && !reportOnly,
    sha: scene.sha,
    version: scene.version,
    deploymentId: scene.attempt?.id,
    outputs: {
      passed: String(walked?.result.passed ?? 0),
      failed: String(walked?.result.failed ?? 0),
      flaky: flakyLines(walked?.result.flaky),
      'duration-ms': String(walked?.result.durationMs ?? 0),
      junit: walked?.junit ?? '',
    },
    evidence,
    announcements: tellingsOf(ending, decision, evidence),
    result: {
      ...decision,
      suite: walked?.suite.path ?? '',
      digest: walked?.suite.digest ?? '',
      ...(walked?.tags === undefined ? {} : { tags: walked.tags }),
      result: walked?.result ?? {},
    },
    error: exit === 0 ? '' : errorOf(ending, decision),
    ...placeOf(ending, decision),
    warnings: ending.warnings,
    annotations: annotationsOf(ending, decision),
    silent: ending.dryRun || scene.run.pull?.fork === true,
  };
}

/** One a line: names of cases may hold commas. */
function flakyLines(ids: readonly string[] = []): string {
  return ids.map((id) => id.replace(/\s+/g, ' ')).join('\n');
}

/** The verdict as the inputs want it: `on-unreachable: inconclusive` says that nobody can tell. */
export function decisionOf({ walked, onUnreachable }: Pick<Ending, 'walked' | 'onUnreachable'>): Decision {
  if (walked === undefined) return planUnfinished;
  const { verdict, reason, because } = walked.result;
  return {
    verdict: verdict === 'unreachable' && onUnreachable === 'inconclusive' ? 'inconclusive' : verdict,
    reason,
    because,
  };
}

/** The line of the suite that the one error is about. */
function placeOf(ending: Ending, decision: Decision): Pick<Outcome, 'place'> {
  const line = lineOf(ending, decision);
  return ending.walked === undefined || line === 0 ? {} : { place: { file: ending.walked.suite.path, line } };
}

/** That of the check that decided, or of `ready` where the version was waited for in vain; 0 where it is about neither. */
function lineOf({ walked, scene }: Ending, decision: Decision): number {
  const decisive = decisiveOf(walked?.result.checks ?? [], decision);
  if (decisive !== undefined) return decisive.line;
  if (walked?.result.readiness?.question === undefined || walked.suite.ready === undefined) return 0;
  return (scene.suite.text ?? '').split('\n').findIndex((line) => /^(?:"ready"|'ready'|ready)\s*:/.test(line)) + 1;
}

/** Most warnings of one kind: a broken page of a suite of hundreds needs no hundred lines. */
const mostAnnotations = 10;

/** Warnings on the lines of the suite: every other check that failed, what was left behind, and hints that a reader should not miss. */
function annotationsOf({ walked, hints }: Ending, decision: Decision): NonNullable<Outcome['annotations']> {
  if (walked === undefined) return [];
  const file = walked.suite.path;
  const { checks, cleanups } = walked.result;
  const lines = new Map(checks.map(({ id, line }) => [id, line]));
  // A case of a report is told by its check; where nothing answered at all, the one error says so for all.
  const failed = checks.filter(
    ({ id, outcome, unreachable }) =>
      outcome === 'fail' &&
      decision.reason !== `check:${id}` &&
      !(decision.reason === 'unreachable' && unreachable) &&
      !id.includes(' › '),
  );
  const left = cleanups.filter(({ because }) => because !== '');
  return [
    ...failed.slice(0, mostAnnotations).map((check) => ({
      message: `Smoke check ${check.id}${check.severity === 'advisory' ? ' (advisory)' : ''} failed: ${evidenceText(check)}${check.asked === undefined ? '' : ` (${check.asked})`}`,
      file,
      line: check.line,
    })),
    ...left.slice(0, mostAnnotations).map(({ id, because }) => ({
      message: `What smoke check ${id} made was not cleaned up: ${because}`,
      file,
      line: lines.get(id) ?? 0,
    })),
    ...hints
      .filter(({ serious }) => serious)
      .map(({ text, line }) => ({ message: `Smoke suite: ${text}`, file, line })),
  ];
}

function errorOf(ending: Ending, decision: Decision): string {
  const { scene, walked, where } = ending;
  // The words that follow begin with the check that failed, or say the same as the verdict.
  const reason =
    decision.reason === decision.verdict || decision.reason.startsWith('check:') ? '' : `, ${decision.reason}`;
  const part = walked?.tags === undefined ? '' : ` (${tagWords(walked.tags)})`;
  const head = `Smoke test${part} of ${scene.version} in ${scene.policy.environment}: ${decision.verdict}${reason}`;
  const line = lineOf(ending, decision);
  const place = line === 0 || walked === undefined ? '' : `, ${walked.suite.path}:${line}`;
  const asked = decisiveOf(walked?.result.checks ?? [], decision)?.asked ?? walked?.result.readiness?.question;
  return `${head}: ${decision.because} (${placeAsked(where, asked)}${place}). ${remedyOf(decision, walked?.result)}`;
}

/** `GET https://shop.example/health by way of 10.0.0.7:80 (green)`; without a question the address under test. */
function placeAsked(where: string, asked: string | undefined): string {
  if (asked === undefined) return `at ${where}`;
  const [url = where, ...way] = where.split(' ');
  return asked.includes(url) ? [asked, ...way].join(' ') : asked;
}

/** The walk as lines of the log: each check, and under what failed what was expected and what came. */
export function linesOf(result: SuiteResult): readonly string[] {
  const { checks, cleanups, readiness } = result;
  const slowest = slowestOf(result.checks);
  return [
    ...notReadyLines(readiness),
    ...checks.flatMap(({ outcome, id, durationMs, attempts, failures, because, trace, asked, figures, earlier }) => [
      `${outcome} ${id}, ${durationMs} ms${attempts > 1 ? `, attempt ${attempts}` : ''}${earlierText(earlier)}${because === '' ? '' : `: ${because}`}`,
      ...(figures === undefined ? [] : [`    ${figureLine(figures)}`]),
      ...failures.slice(0, 5).flatMap(({ about, expected, got }) => {
        const beside = besideEachOther(expected, got);
        return [`    ${about}`, `      - expected ${beside.expected}`, `      + came     ${beside.got}`];
      }),
      ...(outcome === 'pass' || asked === undefined
        ? []
        : [`    ${askedText({ asked, ...(trace === undefined ? {} : { trace }) })}`]),
    ]),
    ...(slowest === undefined ? [] : [`slowest that passed: ${slowest.id}, ${askedText(slowest)}`]),
    ...cleanups.map(({ id, because }) => (because === '' ? `cleaned up ${id}` : `not cleaned up ${id}: ${because}`)),
  ];
}

function notReadyLines(readiness: SuiteResult['readiness']): readonly string[] {
  if (readiness === undefined || readiness.kind === 'ready') return [];
  const { question, trace } = readiness;
  const asked = askedText({
    ...(question === undefined ? {} : { asked: question }),
    ...(trace === undefined ? {} : { trace }),
  });
  return asked === '' ? [] : [`not ready, ${asked}`];
}

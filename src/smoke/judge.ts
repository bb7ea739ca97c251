// The verdict of a walk: pass, fail, inconclusive or unreachable (ACTIONS, smoke-test). Missing evidence is never a pass.
import { formatDuration } from '../kit/duration.ts';
import { failureText } from './failure.ts';
import { talksToService } from './kind.ts';
import type { Readiness } from './ready.ts';
import type { CheckResult, Decision, SuiteResult, Walked } from './result.ts';

/** Judges. Advisory checks are counted and shown, and never decide. */
export function judge(walked: Walked): SuiteResult {
  const { checks } = walked;
  const passed = checks.filter(({ outcome }) => outcome === 'pass');
  const isFlaky = ({ attempts, flaky }: CheckResult) => attempts > 1 || flaky === true;
  return {
    ...walked,
    ...verdictOf(walked),
    passed: passed.length,
    failed: checks.filter(({ outcome }) => outcome === 'fail').length,
    total: checks.length,
    flaky: passed.filter(isFlaky).map(({ id }) => id),
  };
}

function verdictOf({ checks, readiness, cancelled }: Walked): Decision {
  if (cancelled || readiness?.kind === 'cancelled')
    return { verdict: 'inconclusive', reason: 'cancelled', because: 'the run was cancelled' };
  if (readiness !== undefined && readiness.kind !== 'ready') return notReady(readiness);
  const blocking = checks.filter(({ severity }) => severity === 'blocking');
  const asked = blocking.filter(({ attempts }) => attempts > 0);
  const failed = blocking.filter(({ outcome }) => outcome === 'fail');
  const open = blocking.find(({ outcome }) => outcome === 'not-run');
  const talked = asked.filter(saysOfTheNetwork);
  if (readiness === undefined && talked.length > 0 && talked.every(({ unreachable }) => unreachable)) {
    const because = `nothing answered: ${talked[0]?.failures[0]?.got ?? 'no connection'}`;
    return { verdict: 'unreachable', reason: 'unreachable', because };
  }
  if (failed[0] !== undefined)
    return { verdict: 'fail', reason: `check:${failed[0].id}`, because: failedWords(failed) };
  if (open !== undefined)
    return {
      verdict: 'inconclusive',
      reason: 'unfinished',
      because: `${open.id} ${openWord(open)}: ${open.because}`,
    };
  if (blocking.length === 0)
    return { verdict: 'inconclusive', reason: 'nothing-blocking', because: 'no check was asked that can fail' };
  return { verdict: 'pass', reason: 'pass', because: '' };
}

/** Whether a check tells if the service can be reached: not one that could not be asked, nor a port that is closed as it should be, which looks
 * the same from a runner without a network. */
function saysOfTheNetwork({ kind, trouble, outcome, unreachable }: CheckResult): boolean {
  return talksToService(kind) && trouble !== 'setup' && !(outcome === 'pass' && unreachable);
}

function openWord({ trouble, attempts }: CheckResult): string {
  if (trouble === 'setup') return 'could not be asked';
  return attempts > 0 ? 'did not come to an end' : 'was not run';
}

function notReady({ kind, waitedMs, asked, last, withinMs = waitedMs }: Readiness): Decision {
  const waited = `within ${formatDuration(waitedMs)} (asked ${asked === 1 ? 'once' : `${asked} times`})`;
  const said = last[0] === undefined ? '' : `: ${kind === 'unreachable' ? last[0].got : failureText(last[0])}`;
  if (kind === 'unaskable')
    return {
      verdict: 'inconclusive',
      reason: 'unfinished',
      because: `\`ready\` cannot be asked: ${last[0]?.got ?? ''}`,
    };
  if (kind === 'unreachable')
    return { verdict: 'unreachable', reason: 'unreachable', because: `nothing answered ${waited}${said}` };
  if (kind === 'unfinished')
    return {
      verdict: 'inconclusive',
      reason: 'unfinished',
      because: `the time budget ended \`ready\` after ${formatDuration(waitedMs)} of the ${formatDuration(withinMs)} that it may take${said}`,
    };
  if (kind === 'failing')
    return { verdict: 'fail', reason: 'not-ready', because: `the version did not become ready ${waited}${said}` };
  return {
    verdict: 'inconclusive',
    reason: 'another-version',
    because: `the expected version did not answer ${waited}${said}`,
  };
}

function failedWords(failed: readonly CheckResult[]): string {
  const first = failed[0];
  const failure = first?.failures[0];
  if (first === undefined || failure === undefined) return '';
  // A case of a report is counted with its check.
  const others = failed.filter(({ id }) => !id.includes(' › ')).length - 1;
  return `${first.id}${others > 0 ? ` and ${others} more` : ''}: ${failureText(failure)}`;
}

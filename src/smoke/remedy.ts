// What to do next after a smoke test that did not pass: about the check that the verdict is about.
import type { CheckResult, Decision, SuiteResult } from './result.ts';

/** The check that the verdict is about: the first that failed, or the first that nobody can tell of. */
export function decisiveOf(checks: readonly CheckResult[], { reason }: Decision): CheckResult | undefined {
  if (reason === 'unfinished')
    return checks.find(({ severity, outcome }) => severity === 'blocking' && outcome === 'not-run');
  return checks.find(({ id }) => reason === `check:${id}`);
}

type Found = Pick<SuiteResult, 'checks'> & Partial<Pick<SuiteResult, 'readiness'>>;

/** One sentence; empty where all is well. */
export function remedyOf(decision: Decision, result: Found | undefined): string {
  const { verdict, reason } = decision;
  const check = decisiveOf(result?.checks ?? [], decision);
  if (verdict === 'pass') return '';
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
      if (result?.readiness?.kind === 'unaskable')
        return 'Correct `ready` of the suite, or allow under `network` what it asks.';
      if (result?.readiness?.kind === 'unfinished')
        return 'Look into the log of the service, or raise `budget` of the suite (smoke.budget of the policy) above `within` of `ready`.';
      if (check?.trouble === 'setup' && check.kind === 'ingest')
        return 'Run the other runner before this in the same job, and give the path that it writes to.';
      if (check?.trouble === 'setup') return 'Correct the check, or give the step what it asks for.';
      if (check?.trouble === 'samples') return 'Raise `repeat` or `timeout` of the probe.';
      if (check?.because.startsWith('it needs ') === true)
        return 'Look why that one did not pass; a check that others need should not be advisory.';
      return 'Make the suite shorter, or raise smoke.budget of the policy and budget of the suite.';
    default:
      return verdict === 'fail' ? fixOfFailure(check) : 'Correct the suite.';
  }
}

function fixOfFailure(check: CheckResult | undefined): string {
  switch (check?.trouble) {
    case 'tls':
      if (check.failures[0]?.got.includes('speaks no TLS') === true)
        return 'Write the address with http://, or look whether the port is the one of https.';
      return 'Renew or correct the certificate; one of your own authority is trusted with NODE_EXTRA_CA_CERTS (path of a PEM file) under `env:` of the step.';
    case 'timeout':
      return 'Look into the log of the service for what it waited for, or raise `timeout` of the check.';
    case 'dns':
    case 'network':
      return 'Look whether the service runs and listens at this address.';
    default:
      if (check?.kind === 'ingest') return fixOfReport(check.failures[0]);
      return check?.kind === 'command'
        ? 'Run the command by hand where this runner stands, or correct the expectation in the suite.'
        : fixOfStatus(check?.failures[0]);
  }
}

function fixOfReport(failure: CheckResult['failures'][number] | undefined): string {
  return failure !== undefined && /^(report |\d+ reports$)/.test(failure.about)
    ? 'Have the other runner write its report anew and whole in this job, before this step, and give the path that it writes to.'
    : 'Look into the report of the other runner.';
}

/** What a status that was not expected is most often about. */
function fixOfStatus(failure: CheckResult['failures'][number] | undefined): string {
  const status = failure?.about === 'status' ? (/^\d{3}/.exec(failure.got)?.[0] ?? '') : '';
  if (/^3/.test(status)) return 'Follow it with `redirects: same-origin`, or expect it: {status: 3xx, redirect_to: …}.';
  if (status === '401' || status === '403')
    return 'Send credentials that are valid (`secrets` of the suite, `env:` of the step), or expect the refusal: {status: [401, 403]}.';
  if (failure?.expected === 'JSON' && failure.got.startsWith('<'))
    return 'A page came: correct the path or the `accept` header, or look whether a login or an error page stands there.';
  if (status === '404') return 'Correct the path in the suite, or look why this version does not have it.';
  return 'Look into the log of the service, or correct the expectation in the suite.';
}

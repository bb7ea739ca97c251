// The result of a suite as JUnit XML, for viewers that read that.
import type { CheckResult, SuiteResult } from './result.ts';
import { slowestOf, traceText } from './trace.ts';

/** One `testsuite`; a check that was not run counts as skipped, an advisory one that failed is told, but does not fail. */
export function junitOf(name: string, result: SuiteResult): string {
  const { checks, durationMs } = result;
  const slowest = slowestOf(result.checks)?.id;
  const count = (...kinds: readonly string[]) => checks.filter((check) => kinds.includes(kindOf(check))).length;
  const numbers = `tests="${checks.length}" failures="${count('failure')}" errors="0" skipped="${count('skipped', 'advisory')}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="${escaped(name)}" ${numbers} time="${seconds(durationMs)}">`,
    ...checks.map((check) => caseOf(name, check, slowest)),
    '</testsuite>',
    '',
  ].join('\n');
}

function kindOf({ outcome, severity }: CheckResult): 'pass' | 'failure' | 'advisory' | 'skipped' {
  if (outcome === 'pass') return 'pass';
  if (outcome === 'not-run') return 'skipped';
  return severity === 'advisory' ? 'advisory' : 'failure';
}

function caseOf(suite: string, check: CheckResult, slowest: string | undefined): string {
  const head = `  <testcase classname="${escaped(suite)}" name="${escaped(check.id)}" time="${seconds(check.durationMs)}"`;
  const lines = check.failures.map(({ about, expected, got }) => `${about}: expected ${expected}, got ${got}`);
  const asked = check.trace === undefined ? '' : `asked ${traceText(check.trace)}`;
  switch (kindOf(check)) {
    case 'pass':
      return check.id === slowest ? `${head}><system-out>${escaped(asked)}</system-out></testcase>` : `${head}/>`;
    case 'skipped':
      return `${head}><skipped message="${escaped(check.because)}"/></testcase>`;
    case 'advisory':
      return `${head}><skipped message="${escaped(`advisory: ${lines.join('; ')}`)}"/></testcase>`;
    case 'failure':
      return `${head}><failure message="${escaped(lines[0] ?? '')}">${escaped([...lines, asked].join('\n').trimEnd())}</failure></testcase>`;
  }
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Also without the characters that XML 1.0 cannot hold at all. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}')
    .replace(/[&<>"']/g, (letter) => entities[letter] ?? letter);
}

// The result of a suite as JUnit XML, for viewers that read that.
import { failureText } from './failure.ts';
import type { CheckResult, Earlier, SuiteResult } from './result.ts';
import { askedText, slowestOf } from './trace.ts';

export interface Heading {
  /** Of the `testsuite`, and the class of each case. */
  readonly name: string;
  /** The suite file, whose lines the cases name. */
  readonly path: string;
  /** Instant (ms) at which the first question was asked. */
  readonly began: number;
}

type Kind = 'pass' | 'failure' | 'error' | 'advisory' | 'skipped';

interface Case extends Pick<CheckResult, 'id' | 'line' | 'durationMs'> {
  readonly kind: Kind;
  /** What went wrong, a line each; of what was skipped why. */
  readonly lines: readonly string[];
  readonly type: string;
  /** What a viewer folds away. */
  readonly out: string;
  /** Why the attempts before the one that passed did not. */
  readonly earlier: readonly Earlier[];
}

/** One `testsuite`. What passed only after a retry has a `flakyFailure` for each attempt before. What could not be asked is an error, what did not
 * come to its turn counts as skipped; an advisory check is told, but does not fail. Where the version was waited for in vain, a case `ready` says so. */
export function junitOf(heading: Heading, result: SuiteResult): string {
  const slowest = slowestOf(result.checks)?.id;
  const cases = [...readyCase(result), ...result.checks.map((check) => caseOf(check, slowest))];
  const count = (...kinds: readonly Kind[]) => cases.filter(({ kind }) => kinds.includes(kind)).length;
  const name = `name="${escaped(heading.name)}"`;
  const numbers = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped', 'advisory')}" time="${seconds(result.durationMs)}"`;
  const timestamp = new Date(heading.began).toISOString().replace(/\.\d+/, '');
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${name} ${numbers}>`,
    `<testsuite ${name} ${numbers} timestamp="${timestamp}">`,
    ...cases.map((one) => written(one, heading)),
    '</testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function readyCase({ readiness }: SuiteResult): readonly Case[] {
  if (readiness === undefined || readiness.kind === 'ready') return [];
  const { kind, last, waitedMs, question, trace } = readiness;
  const asked = askedText({
    ...(question === undefined ? {} : { asked: question }),
    ...(trace === undefined ? {} : { trace }),
  });
  const told = last.map(failureText);
  const lines = told.length === 0 ? ['the version was not waited for to the end'] : told;
  const how = kind === 'failing' ? 'failure' : kind === 'cancelled' ? 'skipped' : 'error';
  return [{ id: 'ready', line: 0, durationMs: waitedMs, kind: how, lines, type: kind, out: asked, earlier: [] }];
}

function caseOf(check: CheckResult, slowest: string | undefined): Case {
  const { id, line, durationMs, outcome, severity, because, failures, trouble = 'assertion', attempts } = check;
  const of = { id, line, durationMs, type: trouble, earlier: outcome === 'pass' ? (check.earlier ?? []) : [] };
  const asked = askedText(check);
  if (outcome === 'pass') {
    const tries = attempts > 1 ? [`passed at attempt ${attempts}`] : [];
    return { ...of, kind: 'pass', lines: [], out: [...tries, ...(id === slowest ? [asked] : [])].join('\n') };
  }
  const advisory = severity === 'advisory';
  if (outcome === 'fail')
    return { ...of, kind: advisory ? 'advisory' : 'failure', lines: failures.map(failureText), out: asked };
  const unasked = trouble === 'setup' || trouble === 'samples';
  return { ...of, kind: unasked && !advisory ? 'error' : 'skipped', lines: [because], out: asked };
}

function written({ id, line, durationMs, kind, lines, type, out, earlier }: Case, { name, path }: Heading): string {
  const place = line === 0 ? '' : ` file="${escaped(path)}" line="${line}"`;
  const head = `  <testcase classname="${escaped(name)}" name="${escaped(id)}"${place} time="${seconds(durationMs)}"`;
  switch (kind) {
    case 'pass': {
      const inside = [
        ...earlier.map(flakyElement),
        ...(out === '' ? [] : [`<system-out>${escaped(out)}</system-out>`]),
      ];
      return inside.length === 0 ? `${head}/>` : `${head}>${inside.join('')}</testcase>`;
    }
    case 'skipped':
      return `${head}><skipped message="${escaped(lines.join('; '))}"/></testcase>`;
    case 'advisory':
      return `${head}><skipped message="${escaped(`advisory: ${lines.join('; ')}`)}"/></testcase>`;
    default: {
      const told = escaped([...lines, out].join('\n').trimEnd());
      return `${head}><${kind} type="${escaped(type)}" message="${escaped(lines[0] ?? '')}">${told}</${kind}></testcase>`;
    }
  }
}

/** As surefire, nextest and Playwright tell of an attempt before the one that passed. */
function flakyElement(failure: Earlier): string {
  const told = escaped(failureText(failure));
  return `<flakyFailure type="${escaped(failure.trouble)}" message="${told}"><stackTrace>${told}</stackTrace></flakyFailure>`;
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

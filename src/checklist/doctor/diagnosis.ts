// The diagnosis: healthy or ailing, with the whole table in the log and in the job's summary. It leaves no evidence.
import type { Run } from '../../evidence/run.ts';
import type { Outcome } from '../../record/outcome.ts';
import { coded } from '../words.ts';
import { isIll, type Standing, type Symptom } from './symptom.ts';

const signs: Readonly<Record<Standing, string>> = {
  pass: '✓ pass',
  warn: '! warn',
  fail: '✗ fail',
  unknown: '? unknown',
  'not-configured': '○ not configured',
};

const worstFirst: readonly Standing[] = ['fail', 'unknown', 'warn', 'not-configured', 'pass'];

/** What reads alone cannot tell. */
const unasked =
  'Nothing was written, so write permissions were not tried: a deployment needs `checks: write`, `pull-requests: write` and `deployments: write` too.';

export interface Patient {
  readonly run: Run;
  readonly log: { info(line: string): void };
}

/** Ailing when anything failed or could not be found out. What is not configured is said and ails nobody. */
export function diagnosis({ run, log }: Patient, environment: string, found: readonly Symptom[]): Outcome {
  const symptoms = [...found].sort((a, b) => worstFirst.indexOf(a.standing) - worstFirst.indexOf(b.standing));
  for (const one of symptoms) log.info(lineOf(one));
  const ill = symptoms.filter(isIll);
  const [first] = ill;
  const many = ill.length === 1 ? 'One thing ails' : `${ill.length} things ail`;
  const verdict = first === undefined ? 'healthy' : 'ailing';
  return {
    verdict,
    reason: first === undefined ? 'all-well' : `${first.standing}:${first.what.replace(/[:,]? +/g, '-')}`,
    exit: first === undefined ? 0 : 1,
    rollback: false,
    sha: run.pull?.headSha ?? run.mergeGroup?.headSha ?? run.sha,
    version: '',
    deploymentId: undefined,
    outputs: { 'open-findings': JSON.stringify(ill) },
    evidence: undefined,
    result: { verdict, environment, symptoms },
    error: first === undefined ? '' : `${many} in ${environment}:\n${ill.map(lineOf).join('\n')}`,
    warnings: [],
    silent: true,
    table: {
      title: first === undefined ? `✓ ${environment}: healthy` : `✗ ${environment}: ailing. ${many}`,
      sentence: coded(unasked),
      head: ['', 'Looked at', 'Found', 'What to do'],
      rows: symptoms.map(({ what, standing, found: words, remedy }) => [
        signs[standing],
        what,
        coded(words),
        coded(remedy),
      ]),
    },
  };
}

function lineOf({ what, standing, found, remedy }: Symptom): string {
  return `${signs[standing]}  ${what}: ${found}${remedy === '' ? '' : `. ${remedy}`}`;
}

// The repository: smoke suite, migrations folder, workflows that the policy names, and what the Deployments tell of today.
import type { Answers } from '../../evidence/answer.ts';
import type { Question, QuestionOf } from '../../evidence/question.ts';
import type { Effective } from '../../policy/effective.ts';
import { type Fault, formatFault } from '../../policy/fault.ts';
import { readHistory, unfinished } from '../../record/history.ts';
import { whatRuns } from '../../record/running.ts';
import { ago, counted } from '../words.ts';
import { pass, type Symptom, symptom } from './symptom.ts';

/** How the smoke room reads a suite. */
export type ReadSuite = (
  text: string,
  path: string,
) =>
  | { readonly kind: 'suite'; readonly suite: { readonly checks: readonly unknown[] } }
  | { readonly kind: 'faults'; readonly faults: readonly Fault[] };

/** The suite and the named workflows, at the head of the default branch. */
export function asksFiles(policy: Effective, answers: Answers): readonly Question[] {
  const head = answers.value({ kind: 'default-branch' })?.sha;
  return [{ kind: 'checkout' }, ...(head === undefined ? [] : pathsOf(policy).map((path) => fileAt(path, head)))];
}

function pathsOf(policy: Effective): readonly string[] {
  return [policy.smoke.suite, ...workflowsOf(policy).map(({ path }) => path)];
}

function workflowsOf({ rollback, caretaker }: Effective) {
  const named = [{ what: 'rollback.workflow', path: pathOf(rollback.workflow) }];
  return caretaker === undefined ? named : [...named, { what: 'caretaker', path: pathOf(caretaker.workflow) }];
}

function pathOf(workflow: string): string {
  return workflow.includes('/') ? workflow : `.github/workflows/${workflow}`;
}

function fileAt(path: string, sha: string): QuestionOf<'file'> {
  return { kind: 'file', path, sha };
}

/** The suite must parse; a workflow that is named must be there. */
export function fileSymptoms(policy: Effective, answers: Answers, readSuite: ReadSuite): readonly Symptom[] {
  const head = answers.value({ kind: 'default-branch' })?.sha ?? '';
  const { suite: path } = policy.smoke;
  const suite = answers.of(fileAt(path, head));
  const workflows = workflowsOf(policy).map(({ what, path: file }) => {
    const answer = answers.of(fileAt(file, head));
    if (answer.kind === 'unknown') return symptom(what, 'unknown', answer.because, answer.remedy);
    if (answer.value.found) return pass(what, `${file} is there`);
    // Who shifts no traffic has nothing that such a workflow could bring back yet.
    return symptom(
      what,
      policy.traffic?.router === undefined ? 'not-configured' : 'fail',
      `there is no ${file} on the default branch`,
      'Add the workflow, or correct its name in the policy',
    );
  });
  if (suite.kind === 'unknown') return [symptom('smoke suite', 'unknown', suite.because, suite.remedy), ...workflows];
  if (!suite.value.found)
    return [
      symptom('smoke suite', 'not-configured', `there is no ${path}: only the first page is asked`, `Add ${path}`),
      ...workflows,
    ];
  const read = readSuite(suite.value.text, path);
  const parsed =
    read.kind === 'suite'
      ? pass('smoke suite', `${path}, ${counted(read.suite.checks.length, 'check', 'checks')}`)
      : symptom(
          'smoke suite',
          'fail',
          `${path} has ${counted(read.faults.length, 'fault', 'faults')}`,
          read.faults.map(formatFault).join('; '),
        );
  return [parsed, ...workflows];
}

/** The files of the migrations folder in the workspace, where one is checked out. */
export function migrationsSymptom({ migrations }: Effective, answers: Answers, files: readonly string[]): Symptom {
  const { directory } = migrations;
  if (files.length > 0) return pass('migrations', `${directory}, ${counted(files.length, 'file', 'files')}`);
  const checkout = answers.value({ kind: 'checkout' });
  const nothing = checkout === undefined || checkout.sha === '';
  const remedy = nothing
    ? 'Run actions/checkout before this step'
    : 'Name the folder in `migrations.directory` when the service has a database';
  return symptom(
    'migrations',
    'not-configured',
    nothing ? 'nothing is checked out' : `${directory} has no files`,
    remedy,
  );
}

/** What runs by the records, and what is open. */
export function historySymptom(policy: Effective, answers: Answers, now: number): Symptom {
  const { environment } = policy;
  const facts = answers.of({ kind: 'deployments', environment });
  if (facts.kind === 'unknown') return symptom('what runs', 'unknown', facts.because, facts.remedy);
  const history = readHistory(facts.value, { environment, unit: policy.unit.name ?? '' });
  const running = whatRuns(history);
  const strange = history.foreign + history.malformed;
  const others = strange === 0 ? '' : `; ${counted(strange, 'Deployment is', 'Deployments are')} not ours`;
  if (running === undefined)
    return symptom(
      'what runs',
      'not-configured',
      `no Deployment of ours had users here yet${others}`,
      'Deploy once through the gate',
    );
  const state = unfinished(running) ? 'unfinished' : running.state;
  return pass(
    'what runs',
    `${running.payload.version} (Deployment ${running.id}, ${state}, begun ${ago(running.beganAt, now)})${others}`,
  );
}

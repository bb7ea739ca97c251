// What the workflow says that deploys: the rights of its jobs, and the order of its phases; and how long the checks before it took.
import type { Answers } from '../../evidence/answer.ts';
import type { QuestionOf } from '../../evidence/question.ts';
import { formatDuration } from '../../kit/duration.ts';
import { asksWord, findWord } from '../attestation.ts';
import { ciOf } from '../ci.ts';
import { type Context, type Criterion, type Given, withOptions } from '../criterion.ts';
import { type Found, fail, notTold, pass, unknownFinding, waiting } from '../finding.ts';
import { type Job, readWorkflow, type Workflow } from '../report/workflow.ts';
import { listed } from '../words.ts';
import * as worded from './words/workflow-lines.ts';

function fileOf(workflow: string | undefined, { run, change }: Context): QuestionOf<'file'> {
  return { kind: 'file', path: workflow ?? run.workflowPath, sha: change.sha };
}

type Told =
  | {
      readonly kind: 'workflow';
      readonly workflow: Workflow;
      readonly link: { readonly text: string; readonly href: string };
    }
  | { readonly kind: 'open'; readonly found: Found };

/** A file that is not in this commit may be another repository's: then somebody's word counts. */
function workflowOf(question: QuestionOf<'file'>, answers: Answers, word: () => Found): Told {
  const told = answers.of(question);
  if (told.kind === 'unknown') return { kind: 'open', found: notTold(told) };
  if (!told.value.found) return { kind: 'open', found: word() };
  const read = readWorkflow(told.value.text);
  if (read.kind === 'report')
    return { kind: 'workflow', workflow: read.report, link: { text: question.path, href: told.value.url } };
  const because = `${question.path}: ${read.because}`;
  return { kind: 'open', found: unknownFinding(because, 'name the file under `with: workflow:`', 'author') };
}

/** Keys that never end and that the clouds give up for identities of the run (`id-token: write`). */
const lastingKeys =
  /^(AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY)|AZURE_(CREDENTIALS|CLIENT_SECRET)|(GCP|GOOGLE|GCLOUD)_.*(KEY|CREDENTIALS).*|GOOGLE_CREDENTIALS)$/;

/** `least-privilege-deploy-account`: each job names its permissions, none has all, no key of a cloud lies among the secrets; what an account outside
 * may do with a secret or an identity that is left, somebody attests. */
export const leastPrivilege: Criterion = withOptions({
  ...worded.leastPrivilege,
  asks: (context, given, answers) => [fileOf(given.workflow, context), ...asksWord(given, context, answers)],
  finds: (context, given, answers) => {
    const told = workflowOf(fileOf(given.workflow, context), answers, () =>
      findWord(given, context, answers, ['with: workflow:']),
    );
    if (told.kind === 'open') return told.found;
    const { jobs, secrets } = told.workflow;
    const faults = [
      ...jobs.filter(({ permissions }) => permissions === 'usual').map(({ id }) => `${id} names no permissions`),
      ...jobs.filter(({ permissions }) => permissions === 'all').map(({ id }) => `${id} may write all`),
      ...secrets
        .filter((name) => lastingKeys.test(name) && !given.keys.includes(name))
        .map((name) => `${name} never ends`),
    ];
    if (faults.length > 0)
      return fail(
        [told.link, `: ${listed(faults, 3)}`],
        'name the permissions each job needs; use id-token: write instead of keys',
        'author',
      );
    const hasIdentity = jobs.some(
      ({ permissions }) => permissions instanceof Map && permissions.get('id-token') === 'write',
    );
    if (secrets.length === 0 && !hasIdentity) return pass([told.link, ': nothing but the token of the run']);
    const word = findWord(given, context, answers);
    return word.outcome === 'pass' ? pass([told.link, ', ', ...asParts(word)], word.since) : word;
  },
});

function asParts({ evidence }: Found) {
  return typeof evidence === 'string' ? [evidence] : evidence;
}

/** `phased-execution-order`: the job of each phase needs that of the phase before, and runs behind an environment with reviewers where a person approves. */
export const phasedOrder: Criterion = withOptions({
  ...worded.phasedOrder,
  asks: (context, given, answers) => {
    const told = workflowOf(fileOf(given.workflow, context), answers, () =>
      findWord(given, context, answers, ['with: workflow:']),
    );
    const gated = told.kind === 'open' ? [] : gatedJobs(given, told.workflow).map(({ environment }) => environment);
    const named = gated.filter((environment) => /^[^$]+$/.test(environment));
    return [
      fileOf(given.workflow, context),
      ...asksWord(given, context, answers),
      ...named.map((environment) => ({ kind: 'environment-reviewers', environment }) as const),
    ];
  },
  finds: (context, given, answers) => {
    if (given.attestation !== undefined) return findWord(given, context, answers);
    const told = workflowOf(fileOf(given.workflow, context), answers, () =>
      findWord(given, context, answers, ['with: workflow:']),
    );
    if (told.kind === 'open') return told.found;
    const { workflow, link } = told;
    const absent = given.phases.filter((phase) => jobOf(phase, given, workflow) === undefined);
    if (absent.length > 0) return findWord(given, context, answers, ['with: jobs:']);
    const faults = given.phases.slice(1).flatMap((phase, index) => {
      const [before, job] = [jobOf(given.phases[index] ?? '', given, workflow), jobOf(phase, given, workflow)];
      return before === undefined || job === undefined ? [] : orderFaults(job, before, workflow);
    });
    if (faults.length > 0) return fail([link, `: ${listed(faults, 3)}`], 'let each job need the one before', 'author');
    return approvalFault(given, workflow, answers) ?? pass([link, `: ${given.phases.join(', then ')}`]);
  },
});

type Phases = Given<typeof worded.phasedOrder>;

function jobOf(phase: string, given: Phases, { jobs }: Workflow): Job | undefined {
  const named = Object.hasOwn(given.jobs, phase) ? given.jobs[phase] : undefined;
  if (named !== undefined) return jobs.find(({ id }) => id === named);
  const words = new RegExp(`(^|[^a-z])${phase.replace(/[^a-z0-9]/gi, '.')}([^a-z]|$)`, 'i');
  return jobs.find(({ id, name }) => words.test(id) || words.test(name));
}

function gatedJobs(given: Phases, workflow: Workflow): readonly Job[] {
  return given['approval-after'].flatMap((phase) => {
    const next = given.phases[given.phases.indexOf(phase) + 1];
    return (next === undefined ? undefined : jobOf(next, given, workflow)) ?? [];
  });
}

function orderFaults(job: Job, before: Job, { jobs }: Workflow): readonly string[] {
  const needed = new Set<string>();
  const open = [...job.needs];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (needed.has(id)) continue;
    needed.add(id);
    open.push(...(jobs.find((one) => one.id === id)?.needs ?? []));
  }
  if (job.id !== before.id && !needed.has(before.id)) return [`${job.id} does not need ${before.id}`];
  return /\b(always|failure|cancelled)\s*\(/.test(job.condition)
    ? [`${job.id} runs even when ${before.id} failed`]
    : [];
}

function approvalFault(given: Phases, workflow: Workflow, answers: Answers): Found | undefined {
  for (const { id, environment } of gatedJobs(given, workflow)) {
    if (environment === '')
      return fail(
        `nobody approves ${id}: it has no environment`,
        'give it an environment with required reviewers',
        'author',
      );
    if (environment.includes('$'))
      return unknownFinding(`the environment of ${id} is ${environment}`, 'write its name, or attest it', 'author');
    const told = answers.of({ kind: 'environment-reviewers', environment });
    if (told.kind === 'unknown') return notTold(told);
    if (told.value.length === 0)
      return fail(
        `${environment} of ${id} has no required reviewers`,
        'add them under Settings, Environments',
        'owner of the policy',
      );
  }
  return undefined;
}

/** `ci-pipeline-stage-time`: the longest workflow run on this commit took the expected time, from the start of its first job to the end of its last. */
export const pipelineTime: Criterion = withOptions({
  ...worded.pipelineTime,
  asks: ({ change }) => [{ kind: 'ci', sha: change.sha }],
  finds: ({ change, run }, given, answers) => {
    const told = answers.of({ kind: 'ci', sha: change.sha });
    if (told.kind === 'unknown') return notTold(told);
    const facts = ciOf(told.value, run, []).counted.map(({ fact }) => fact);
    if (facts.some(({ status }) => status !== 'completed'))
      return waiting('ci', 'checks still run', 'nothing: the gate asks again', 'CI');
    const runs = new Map<number, { from: number; to: number }>();
    for (const { runId, startedAt, completedAt } of facts) {
      if (runId === undefined || completedAt === undefined) continue;
      const known = runs.get(runId) ?? { from: startedAt, to: completedAt };
      runs.set(runId, { from: Math.min(known.from, startedAt), to: Math.max(known.to, completedAt) });
    }
    if (runs.size === 0)
      return unknownFinding('no workflow ran on this commit', 'run the checks of this commit', 'author');
    const longest = Math.max(...[...runs.values()].map(({ from, to }) => to - from));
    const { 'at-least': least, 'at-most': most } = given;
    const words = `took ${formatDuration(longest)}`;
    if (most !== undefined && longest > most)
      return fail(
        `${words}, expected at most ${formatDuration(most)}`,
        'make the checks quicker, or expect more',
        'author',
      );
    if (least !== undefined && longest < least)
      return fail(
        `${words}, expected at least ${formatDuration(least)}`,
        'look whether all checks ran, or expect less',
        'author',
      );
    return pass(words);
  },
});

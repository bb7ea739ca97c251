// Access: which permissions the token has, found out by cheap reads alone; and who can be asked to sign.
import type { Answers, Known, Unknown } from '../../evidence/answer.ts';
import type { Question, QuestionOf } from '../../evidence/question.ts';
import type { Run } from '../../evidence/run.ts';
import type { Effective } from '../../policy/effective.ts';
import { asksRole, holdersOf } from '../role.ts';
import { counted, listed } from '../words.ts';
import { pass, type Symptom, symptom } from './symptom.ts';

const branch: QuestionOf<'default-branch'> = { kind: 'default-branch' };

/** One read for each `permissions:` line. Those about a commit ask the head of the default branch. */
export function asksAccess(run: Run, environment: string, answers: Answers): readonly Question[] {
  return [branch, ...probesOf(run, environment, answers).map(({ question }) => question)];
}

/** A line for every permission: had, missing with what to add, or unknown. */
export function accessSymptoms(run: Run, environment: string, answers: Answers): readonly Symptom[] {
  const head = told('contents: read', answers.of(branch), (value) => `${value.name} is at ${value.sha.slice(0, 7)}`);
  const probes = probesOf(run, environment, answers);
  return [head, ...probes.map(({ permission, question }) => told(permission, answers.of(question), () => 'read'))];
}

function probesOf(run: Run, environment: string, answers: Answers) {
  const head = answers.value(branch)?.sha ?? run.sha;
  return [
    { permission: 'deployments: read', question: { kind: 'deployments', environment } },
    { permission: 'actions: read', question: { kind: 'workflow-runs', workflow: run.workflowPath } },
    { permission: 'checks: read, statuses: read', question: { kind: 'ci', sha: head } },
    { permission: 'pull-requests: read', question: { kind: 'pulls-of', sha: head } },
  ] as const;
}

function told<T>(permission: string, answer: Known<T> | Unknown, say: (value: T) => string): Symptom {
  const what = `permission ${permission}`;
  if (answer.kind === 'known') return pass(what, say(answer.value));
  return symptom(what, answer.permission === undefined ? 'unknown' : 'fail', answer.because, answer.remedy);
}

/** What must be asked to know who holds the roles, and whom GitHub asks before a job of the environment. */
export function asksPeople(policy: Effective, answers: Answers): readonly Question[] {
  const { environment } = policy;
  const roles = Object.keys(policy.roles).flatMap((role) => asksRole(role, atAll(policy), answers));
  return [{ kind: 'environment-reviewers', environment }, ...roles];
}

/** A line for every role and one for the environment's reviewers. */
export function peopleSymptoms(policy: Effective, answers: Answers): readonly Symptom[] {
  const roles = Object.keys(policy.roles).map((role) => {
    const holders = holdersOf(role, atAll(policy), answers);
    if (holders.kind === 'unknown')
      return symptom(`role ${role}`, asksFor(policy, role) ? 'fail' : 'warn', holders.because, holders.remedy);
    const logins = [...holders.value];
    return pass(`role ${role}`, `${counted(logins.length, 'person', 'people')}: ${listed(logins, 3)}`);
  });
  return [...roles, reviewers(policy, answers)];
}

/** A line of the checklist that asks for this role can never be met while nobody holds it. */
function asksFor({ checklist }: Effective, role: string): boolean {
  return checklist.some(({ signOff, with: options }) =>
    [signOff, options].some((one) => JSON.stringify(one).includes(`"${role}"`)),
  );
}

/** Without files code owners are all that the file names. */
function atAll(policy: Effective) {
  return { policy, change: { files: [] } };
}

function reviewers({ environment }: Effective, answers: Answers): Symptom {
  const what = `reviewers of ${environment}`;
  const answer = answers.of({ kind: 'environment-reviewers', environment });
  if (answer.kind === 'unknown') return symptom(what, 'unknown', answer.because, answer.remedy);
  if (answer.value.length > 0) return pass(what, listed(answer.value, 3));
  const remedy = `Name required reviewers under Settings, Environments, ${environment} when GitHub shall ask somebody`;
  return symptom(what, 'not-configured', 'GitHub asks nobody before a job of this environment', remedy);
}

// Who holds a role: users, teams, code owners of the changed files, reviewers of the environment.
import type { Answers, Known, Unknown } from '../evidence/answer.ts';
import { known, unknown } from '../evidence/answer.ts';
import type { Comparison, PullFact } from '../evidence/fact.ts';
import type { Question, QuestionOf } from '../evidence/question.ts';
import type { Effective } from '../policy/effective.ts';
import type { Change } from './change.ts';
import { ownersOf } from './code-owners.ts';

interface At {
  readonly policy: Pick<Effective, 'roles' | 'environment'>;
  readonly change: Pick<Change, 'files'> & Partial<Pick<Change, 'kind' | 'base' | 'sha' | 'pulls'>>;
}

const branch: QuestionOf<'default-branch'> = { kind: 'default-branch' };
/** Where GitHub looks for the file, the first one found counts (GitHub Docs, "About code owners"). */
const ownerFiles = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];

/** What must be asked to know the holders of a role. Code owners are read from the default branch; where the change brought
 * another list there, from what ran before it: it does not choose who approves it. */
export function asksRole(role: string, at: At, answers: Answers): readonly Question[] {
  return (at.policy.roles[role] ?? []).flatMap((holder) => asksHolder(holder, at, answers));
}

function asksHolder(holder: string, at: At, answers: Answers): readonly Question[] {
  if (holder === 'environment-reviewers') return [reviewersOf(at)];
  if (holder === 'codeowners') {
    const owners = codeOwners(at, answers);
    const teams = owners?.kind === 'known' ? owners.value.filter(isTeam).map(teamOf) : [];
    return [branch, ...asksChoice(at, answers), ...ownerFileQuestions(at, answers), ...teams];
  }
  return isTeam(holder) ? [teamOf(holder)] : [];
}

/** The logins (lower case) that hold a role. Nobody at all, or a list that could not be read and without which nobody is left: unknown. */
export function holdersOf(role: string, at: At, answers: Answers): Known<ReadonlySet<string>> | Unknown {
  const written = at.policy.roles[role] ?? [];
  const told = written.map((holder) => holdersIn(holder, at, answers));
  const logins = told.flatMap((answer) => (answer.kind === 'known' ? answer.value : []));
  if (logins.length > 0) return known(new Set(logins.map((login) => login.toLowerCase())));
  const unread = told.find((answer) => answer.kind === 'unknown');
  if (unread?.kind === 'unknown') return unread;
  return unknown(`nobody holds the role ${role}`, `name people or teams under \`roles: ${role}:\` of the policy`);
}

function holdersIn(holder: string, at: At, answers: Answers): Known<readonly string[]> | Unknown {
  if (holder === 'environment-reviewers') return answers.of(reviewersOf(at));
  if (holder !== 'codeowners') return isTeam(holder) ? answers.of(teamOf(holder)) : known([withoutAt(holder)]);
  const owners = codeOwners(at, answers);
  if (owners === undefined || owners.kind === 'unknown') {
    return owners ?? unknown('CODEOWNERS was not read', 'run the gate again');
  }
  const members = owners.value.map((owner) => (isTeam(owner) ? answers.of(teamOf(owner)) : known([withoutAt(owner)])));
  const logins = members.flatMap((answer) => (answer.kind === 'known' ? answer.value : []));
  return logins.length > 0 ? known(logins) : (members.find((answer) => answer.kind === 'unknown') ?? known([]));
}

/** Owners of the changed files as CODEOWNERS writes them; undefined while the file has not been asked for. */
function codeOwners(at: At, answers: Answers): Known<readonly string[]> | Unknown | undefined {
  const told = ownerFileQuestions(at, answers).map((question) => answers.find(question));
  if (told.length === 0) {
    const asked = answers.find(branch);
    return asked?.kind === 'unknown' ? asked : undefined;
  }
  for (const answer of told) {
    if (answer === undefined || answer.kind === 'unknown') return answer;
    if (answer.value.found)
      return known(
        ownersOf(
          answer.value.text,
          at.change.files.map(({ path }) => path),
        ),
      );
  }
  return unknown('the repository has no CODEOWNERS file', 'add one, or name people under `roles:` of the policy');
}

function ownerFileQuestions({ change }: At, answers: Answers): readonly QuestionOf<'file'>[] {
  const head = answers.value(branch);
  if (head === undefined) return [];
  const sha = isOwnChoice(change, answers) ? (change.base ?? '') : head.sha;
  return ownerFiles.map((path) => ({ kind: 'file', path, sha }) as const);
}

/** Asks for the files of the change's own pull requests where somebody's brought another CODEOWNERS. */
function asksChoice({ change }: At, answers: Answers): readonly Question[] {
  const isSomebodys = change.kind === 'range' && touchesOwners(rangeOf(change, answers));
  return isSomebodys ? (change.pulls ?? []).map(filesOfPull) : [];
}

/** Whether a merged change brought another CODEOWNERS: by a file of its unit, or by another one of a pull request that is in it. What nobody can
 * tell counts as if it did. Somebody else's pull request in the same range was none of its choosing. */
function isOwnChoice(change: At['change'], answers: Answers): boolean {
  const { kind, base = '', files, pulls = [] } = change;
  if (kind !== 'range' || base === '' || !touchesOwners(rangeOf(change, answers))) return false;
  return (
    touchesOwners({ files, complete: true }) || pulls.some((pull) => touchesOwners(answers.value(filesOfPull(pull))))
  );
}

function touchesOwners(told: Pick<Comparison, 'files' | 'complete'> | undefined): boolean {
  if (told === undefined || !told.complete) return true;
  return told.files.some(({ path, previous = '' }) => ownerFiles.includes(path) || ownerFiles.includes(previous));
}

function rangeOf({ base = '', sha: head = '' }: At['change'], answers: Answers): Comparison | undefined {
  return answers.value({ kind: 'comparison', base, head });
}

function filesOfPull({ number }: PullFact): QuestionOf<'pull-files'> {
  return { kind: 'pull-files', number };
}

function reviewersOf(at: At): QuestionOf<'environment-reviewers'> {
  return { kind: 'environment-reviewers', environment: at.policy.environment };
}

function teamOf(holder: string): QuestionOf<'team-members'> {
  return { kind: 'team-members', team: withoutAt(holder) };
}

function isTeam(holder: string): boolean {
  return holder.includes('/');
}

function withoutAt(holder: string): string {
  return holder.replace(/^@/, '');
}

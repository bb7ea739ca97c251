// Approvals by role that a type, a tier or the environment asks for, beside the checklist.
import { type Answers, type Known, known, type Unknown } from '../../evidence/answer.ts';
import type { Question } from '../../evidence/question.ts';
import type { Approval } from '../../policy/parts.ts';
import { contributionsOf, contributorsOf, handsOf } from '../contributor.ts';
import type { Context, Criterion } from '../criterion.ts';
import { type Found, notTold, pass, unknownFinding, waiting } from '../finding.ts';
import { asksPatch, notAsReviewed } from '../patch.ts';
import { asksReviews, boundSha, ownSignOffs, signOffs, verdictsOf } from '../review.ts';
import { asksRole, holdersOf } from '../role.ts';
import { counted, listed } from '../words.ts';

/** The criterion of one approval: people of the role approve the newest pull request, sign `/signoff approval-<role>` on it, or approve
 * the job's environment. */
export function approvalCriterion(approval: Approval): Criterion {
  const id = `approval-${approval.role}`;
  return {
    id,
    title: `Approved by ${approval.role}`,
    moment: 'review',
    asks: (context, answers) => asks(approval.role, context, answers),
    finds: (context, answers) => finds(id, approval, context, answers),
  };
}

function asks(role: string, context: Context, answers: Answers): readonly Question[] {
  const newest = context.change.pulls[0];
  const atDeploy = context.moment === 'deploy';
  return [
    ...asksRole(role, context, answers),
    ...(newest === undefined ? [] : [...asksReviews(newest, answers), ...asksPatch(newest, context.change, answers)]),
    ...(atDeploy ? [{ kind: 'approvals', runId: context.run.id } as const] : []),
    ...(atDeploy ? context.change.pulls.map(contributionsOf) : []),
  ];
}

function finds(id: string, approval: Approval, context: Context, answers: Answers): Found {
  const holders = holdersOf(approval.role, context, answers);
  if (holders.kind === 'unknown') return notTold(holders, approval.role);
  const told = approversOf(id, context, answers);
  if (told.kind === 'unknown') return notTold(told);
  const approved = [...new Set(told.value)].filter((login) => holders.value.has(login));
  if (approved.length >= approval.count) return pass(listed(approved, 4));
  const [newest] = context.change.pulls;
  const other = newest === undefined ? undefined : notAsReviewed(newest, context.change, answers);
  if (other !== undefined) return other;
  if (context.change.pulls.length === 0 && context.moment === 'review') {
    return unknownFinding('there is no pull request to approve', 'bring the change by a pull request');
  }
  const missing = counted(approval.count - approved.length, 'person', 'people');
  return waiting(
    'people',
    `${missing} of ${approval.role} missing${lost(id, context, answers)}`,
    ['approve the pull request, or submit a review with the line ', { code: `/signoff ${id}` }],
    approval.role,
  );
}

/** Logins in lower case: approving reviews, sign-offs, and approvals of the job's environment. Nobody approves what is their own. */
function approversOf(id: string, context: Context, answers: Answers): Known<readonly string[]> | Unknown {
  const logins: string[] = [];
  const newest = context.change.pulls[0];
  if (newest !== undefined && notAsReviewed(newest, context.change, answers) === undefined) {
    const sha = boundSha(newest, context.change);
    const verdicts = verdictsOf(newest, sha, answers);
    const signed = signOffs(id, { pull: newest, sha, anyHead: false }, answers);
    if (verdicts.kind === 'unknown') return verdicts;
    if (signed.kind === 'unknown') return signed;
    if (verdicts.value.blockers.length === 0)
      logins.push(...verdicts.value.approvals.map(({ author }) => author.login));
    logins.push(...signed.value.map(({ author }) => author.login));
  }
  // The environment's approvals only add to what reviews say; not being told of them takes nothing away.
  const approvals =
    context.moment === 'deploy' ? (answers.value({ kind: 'approvals', runId: context.run.id }) ?? []) : [];
  const here = approvals.filter(
    ({ state, environment }) => state === 'approved' && environment === context.policy.environment,
  );
  const own = here.length === 0 ? known(new Set<string>()) : ownersOf(context, answers);
  if (own.kind === 'unknown') return own;
  const others = here.map(({ user }) => user.toLowerCase()).filter((login) => !own.value.has(login));
  return known([...logins.map((login) => login.toLowerCase()), ...others]);
}

/** Whose approval or sign-off of the newest pull request is their own word, as the end of a sentence; empty when nobody's. */
function lost(id: string, { change }: Context, answers: Answers): string {
  const [pull] = change.pulls;
  if (pull === undefined) return '';
  const sha = boundSha(pull, change);
  const verdicts = verdictsOf(pull, sha, answers);
  const approved = verdicts.kind === 'known' ? verdicts.value.own.map(({ author }) => author.login) : [];
  const signed = ownSignOffs(id, { pull, sha, anyHead: false }, answers);
  const own = handsOf([...approved, ...signed], pull, answers);
  return own === '' ? '' : `; ${own} approved what holds commits of their own`;
}

/** Who brings the change: the authors of its pull requests and all with a hand in their commits; who started the run, where it has no pull request
 * or a commit came without. */
function ownersOf({ change, run }: Context, answers: Answers): Known<ReadonlySet<string>> | Unknown {
  const owners = new Set<string>();
  for (const pull of change.pulls) {
    const hands = contributorsOf(pull, answers);
    if (hands.kind === 'unknown') return hands;
    for (const login of hands.value) owners.add(login);
  }
  if (change.pulls.length === 0 || change.strays.length > 0) {
    for (const login of [run.actor, run.triggeringActor]) owners.add(login.toLowerCase());
  }
  return known(owners);
}

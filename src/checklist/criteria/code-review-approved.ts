// Reviewed: every pull request of the change has enough approvals of its last head, and nobody asks for changes.
import type { Answers } from '../../evidence/answer.ts';
import type { PullFact, ReviewFact } from '../../evidence/fact.ts';
import { handsOf, strangersIn } from '../contributor.ts';
import { type Context, type Criterion, withOptions } from '../criterion.ts';
import { type Found, fail, notTold, pass, unknownFinding, waiting } from '../finding.ts';
import { asksPatch, notAsReviewed } from '../patch.ts';
import { asksReviews, boundSha, type Verdicts, verdictsOf } from '../review.ts';
import { counted, listed, short } from '../words.ts';
import * as worded from './words/code-review-approved.ts';

/** `code-review-approved`: `count` approvals on each pull request of the range; a commit without one counts as unreviewed. */
export const codeReviewApproved: Criterion = withOptions({
  ...worded.codeReviewApproved,
  asks: ({ change }, _options, answers) =>
    change.pulls.flatMap((pull) => [...asksReviews(pull, answers), ...asksPatch(pull, change, answers)]),
  finds: (context, { count }, answers) => {
    const { change } = context;
    const findings = change.pulls.map((pull) => ofPull(context, pull, count, answers));
    const stray = strays(context);
    const worst = worstOf(stray === undefined ? findings : [stray, ...findings]);
    if (worst !== undefined) return worst;
    if (change.pulls.length > 0) return passed(findings);
    if (change.relation === 'unread') return unknownFinding('what the change is cannot be read', 'mend that first');
    if (change.relation === 'behind') {
      return unknownFinding('a commit behind what runs brings nothing to review', 'go back with the rollback workflow');
    }
    return change.relation === 'identical'
      ? unknownFinding(
          'the pull requests of the commit that runs are not on record',
          'deploy it by a reviewed pull request',
        )
      : unknownFinding(
          'no pull request brought this commit, as far as GitHub tells',
          'bring the change by a pull request',
          'author',
        );
  },
});

function strays({ change }: Context): Found | undefined {
  const { strays: commits } = change;
  if (commits.length === 0) return undefined;
  const named = listed(
    commits.map(({ sha }) => short(sha)),
    3,
  );
  const what = `${counted(commits.length, 'commit', 'commits')} came without a pull request: ${named}`;
  return fail(what, 'bring these commits by a reviewed pull request', 'author');
}

function ofPull(context: Context, pull: PullFact, count: number, answers: Answers): Found {
  const sha = boundSha(pull, context.change);
  const told = verdictsOf(pull, sha, answers);
  if (told.kind === 'unknown') return notTold(told);
  const { approvals, blockers } = told.value;
  const here = { text: `#${pull.number}`, href: pull.url };
  if (blockers.length > 0) {
    const who = listed(
      blockers.map(({ author }) => author.login),
      3,
    );
    return fail([here, `: ${who} asked for changes`], 'answer the review; the reviewer approves or dismisses it', who);
  }
  const named = listed(
    approvals.map(({ author }) => author.login),
    3,
  );
  const other = notAsReviewed(pull, context.change, answers);
  if (other !== undefined) return other;
  if (approvals.length >= count) {
    const since = Math.max(...approvals.map(({ submittedAt }) => submittedAt));
    return pass([here, `: ${named} on ${short(sha)}${strangersIn([pull], answers)}`], since);
  }
  const have = approvals.length === 0 ? 'not approved' : `approved by ${named}, needs ${count}`;
  return waiting(
    'people',
    [here, `: ${have}${lost(told.value, pull, answers)}`],
    `${todo(pull, sha, count - approvals.length)}${told.value.own.length === 0 ? '' : notTheirs}`,
    'a reviewer with write permission',
  );
}

const notTheirs = '; it is for somebody who wrote, co-wrote, committed and pushed none of its commits';

function lost({ stale, powerless, own }: Verdicts, pull: PullFact, answers: Answers): string {
  const logins = (reviews: readonly ReviewFact[]) => reviews.map(({ author }) => author.login);
  const said = (reviews: readonly ReviewFact[], what: string) =>
    reviews.length === 0 ? '' : `; ${listed(logins(reviews), 3)} ${what}`;
  return [
    said(stale, 'approved an older commit'),
    said(powerless, 'approved without write permission'),
    own.length === 0 ? '' : `; ${handsOf(logins(own), pull, answers)} approved what holds commits of their own`,
  ].join('');
}

function todo(pull: PullFact, sha: string, missing: number): string {
  const what = counted(missing, 'approving review', 'approving reviews');
  return pull.mergedAt === undefined
    ? `submit ${what} of ${short(sha)}`
    : `submit ${what} of ${short(sha)} on #${pull.number} (also possible after the merge)`;
}

function passed(findings: readonly Found[]): Found {
  const times = findings.flatMap((found) =>
    found.outcome === 'pass' && found.since !== undefined ? [found.since] : [],
  );
  const evidence = findings.flatMap(({ evidence: one }, index) => [
    ...(index === 0 ? [] : ['; ']),
    ...(typeof one === 'string' ? [one] : one),
  ]);
  return pass(evidence, Math.max(...times));
}

function worstOf(findings: readonly Found[]): Found | undefined {
  const order = ['fail', 'unknown', 'waiting'] as const;
  const worst = order
    .map((outcome) => findings.find((found) => found.outcome === outcome))
    .find((found) => found !== undefined);
  return worst;
}

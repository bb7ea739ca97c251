// Reviews of one pull request: whose approval counts, who blocks, and who signed what. Everything is bound to its last head.
import { type Answers, type Known, known, type Unknown, unknown } from '../evidence/answer.ts';
import type { PullFact, ReviewFact } from '../evidence/fact.ts';
import type { Question } from '../evidence/question.ts';
import type { Change } from './change.ts';
import { contributionsOf, contributorsOf } from './contributor.ts';
import { fencedLines, withoutComments } from './fence.ts';

export interface Verdicts {
  /** Approvals that count: of the last head, by people with write permission, neither the author, nor with a hand in its commits, nor a bot. */
  readonly approvals: readonly ReviewFact[];
  readonly blockers: readonly ReviewFact[];
  /** Approvals of an older head: they no longer count. */
  readonly stale: readonly ReviewFact[];
  /** Approvals by people without write permission. */
  readonly powerless: readonly ReviewFact[];
  /** Approvals by people with a hand in its commits: nobody approves what is their own. */
  readonly own: readonly ReviewFact[];
}

/** The commit that reviews of this pull request must name. At review that is the judged head, whatever was pushed since. */
export function boundSha(pull: PullFact, change: Pick<Change, 'kind' | 'sha'>): string {
  return change.kind === 'pull' ? change.sha : pull.headSha;
}

/** Which reviews of a pull request may carry a sign-off. */
interface SignedOn {
  readonly pull: PullFact;
  readonly sha: string;
  readonly anyHead: boolean;
}

/** Asks for the reviews of a pull request and, once they are known, for the permission of each reviewer whose word may count. */
export function asksReviews(pull: PullFact, answers: Answers): readonly Question[] {
  const reviews = answers.value({ kind: 'reviews', pull: pull.number }) ?? [];
  const people = new Set(latest(reviews, pull).map(({ author }) => author.login));
  return [
    { kind: 'reviews', pull: pull.number },
    contributionsOf(pull),
    ...[...people].map((login) => ({ kind: 'permission', login }) as const),
  ];
}

/** Sorts the reviews of a pull request. Unknown as soon as a permission that matters, or who made its commits, could not be read. */
export function verdictsOf(pull: PullFact, sha: string, answers: Answers): Known<Verdicts> | Unknown {
  const reviews = answers.of({ kind: 'reviews', pull: pull.number });
  if (reviews.kind === 'unknown') return reviews;
  const hands = contributorsOf(pull, answers);
  if (hands.kind === 'unknown') return hands;
  const isOwn = ({ author }: ReviewFact) => hands.value.has(author.login.toLowerCase());
  const deciding = latest(reviews.value, pull);
  const told = deciding.map((review) => ({ review, may: mayWrite(review.author.login, answers) }));
  const unread = told.find(({ may }) => may.kind === 'unknown')?.may;
  if (unread?.kind === 'unknown') return unread;
  const withWrite = told.flatMap(({ review, may }) => (may.kind === 'known' && may.value ? [review] : []));
  const approving = withWrite.filter(({ state }) => state === 'approved');
  return known({
    approvals: approving.filter((review) => review.sha === sha && !isOwn(review)),
    blockers: withWrite.filter(({ state }) => state === 'changes_requested'),
    stale: approving.filter((review) => review.sha !== sha && !isOwn(review)),
    powerless: deciding.filter((review) => review.state === 'approved' && !withWrite.includes(review)),
    own: approving.filter(isOwn),
  });
}

/** Reviews whose body has the line `/signoff <id>`: submitted, not dismissed, of the last head (of any head when `anyHead`), and neither
 * by the author, nor by somebody with a hand in its commits, nor by a bot. Oldest first. */
export function signOffs(id: string, of: SignedOn, answers: Answers): Known<readonly ReviewFact[]> | Unknown {
  const reviews = answers.of({ kind: 'reviews', pull: of.pull.number });
  if (reviews.kind === 'unknown') return reviews;
  const hands = contributorsOf(of.pull, answers);
  if (hands.kind === 'unknown') return hands;
  const said = saying(id, of, reviews.value).filter(({ author }) => !hands.value.has(author.login.toLowerCase()));
  const untold = said.find(({ edited }) => edited === undefined);
  if (untold !== undefined) return unknown(untoldEdit(untold), 'run the gate again');
  return known(ownWords(said).sort((a, b) => a.submittedAt - b.submittedAt));
}

/** Who signed, was no author of it, and does not count for a hand in its commits. */
export function ownSignOffs(id: string, of: SignedOn, answers: Answers): readonly string[] {
  const reviews = answers.value({ kind: 'reviews', pull: of.pull.number }) ?? [];
  const hands = contributorsOf(of.pull, answers);
  const logins = saying(id, of, reviews).map(({ author }) => author.login);
  return logins.filter((login) => hands.kind === 'known' && hands.value.has(login.toLowerCase()));
}

function saying(id: string, of: SignedOn, reviews: readonly ReviewFact[]): readonly ReviewFact[] {
  return reviews.filter(
    (review) =>
      review.state !== 'dismissed' &&
      review.state !== 'pending' &&
      (of.anyHead || review.sha === of.sha) &&
      isOtherPerson(review, of.pull) &&
      signs(review.body, id),
  );
}

/** Reviews that say what their authors said, as of the instant from which on they say it: what somebody else wrote into one is nobody's word, and
 * what its author added later was not said before. */
export function ownWords(reviews: readonly ReviewFact[]): ReviewFact[] {
  return reviews
    .filter(({ edited }) => edited !== 'by-other')
    .map((review) => ({ ...review, submittedAt: Math.max(review.submittedAt, review.editedAt ?? 0) }));
}

/** Why the words of a review prove nothing while GitHub does not tell who wrote them. */
export function untoldEdit({ author }: ReviewFact): string {
  return `GitHub does not tell whether anybody else edited the review of ${author.login}`;
}

/** True when one line of the text is exactly `/signoff <id>`; quoted, fenced, indented and hidden lines are somebody else's words, or nobody's. */
export function signs(body: string, id: string): boolean {
  return fencedLines(withoutComments(body)).some(
    ({ line, fenced }) => !fenced && !/^ *\t|^ {4}/.test(line) && line.trim() === `/signoff ${id}`,
  );
}

/** The newest deciding review of each person: a comment does not take an approval back, a dismissal does. */
function latest(reviews: readonly ReviewFact[], pull: PullFact): readonly ReviewFact[] {
  const deciding = reviews.filter(
    (review) => review.state !== 'commented' && review.state !== 'pending' && isOtherPerson(review, pull),
  );
  const newest = new Map<string, ReviewFact>();
  for (const review of deciding) {
    const before = newest.get(review.author.login);
    if (before === undefined || isLater(review, before)) newest.set(review.author.login, review);
  }
  return [...newest.values()].filter(({ state }) => state !== 'dismissed');
}

function isLater(a: ReviewFact, b: ReviewFact): boolean {
  return a.submittedAt === b.submittedAt ? a.id > b.id : a.submittedAt > b.submittedAt;
}

function isOtherPerson(review: ReviewFact, pull: PullFact): boolean {
  return !review.author.bot && review.author.login.toLowerCase() !== pull.author.login.toLowerCase();
}

function mayWrite(login: string, answers: Answers): Known<boolean> | Unknown {
  const permission = answers.of({ kind: 'permission', login });
  if (permission.kind === 'unknown') {
    return {
      ...unknown(`the permission of ${login} cannot be read (${permission.because})`, permission.remedy),
      ...lineOf(permission),
    };
  }
  return known(permission.value === 'admin' || permission.value === 'maintain' || permission.value === 'write');
}

function lineOf(answer: Unknown): Pick<Unknown, 'permission'> {
  return answer.permission === undefined ? {} : { permission: answer.permission };
}

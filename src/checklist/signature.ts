// Signatures: the line `/signoff <item>` that a person gave since a deployment began, in a review or a comment of its pull request.
import { type Answers, type Known, known, type Unknown, unknown } from '../evidence/answer.ts';
import type { Person, PullFact } from '../evidence/fact.ts';
import type { Question } from '../evidence/question.ts';
import { contributorsOf } from './contributor.ts';
import { ownWords, signs, untoldEdit } from './review.ts';

export interface Signature {
  readonly login: string;
  readonly at: number;
  readonly url: string;
}

/** Asks for everything that people wrote on the pull request: on a merged one GitHub takes reviews and comments still. */
export function asksSignatures(pull: number): readonly Question[] {
  return [
    { kind: 'pull', number: pull },
    { kind: 'reviews', pull },
    { kind: 'comments', number: pull },
    { kind: 'contributions', pull },
  ];
}

/** Who signed the item since that instant (ms), oldest first: neither the author, nor one with a hand in its commits, nor a bot.
 * Whoever may write can edit another's words: of a review GitHub says who did, of a comment it does not, so an edited one counts for nothing. */
export function signaturesOf(
  id: string,
  of: { readonly pull: PullFact; readonly since: number },
  answers: Answers,
): Known<readonly Signature[]> | Unknown {
  const { number } = of.pull;
  const reviews = answers.of({ kind: 'reviews', pull: number });
  const comments = answers.of({ kind: 'comments', number });
  if (reviews.kind === 'unknown') return reviews;
  if (comments.kind === 'unknown') return comments;
  const hands = contributorsOf(of.pull, answers);
  if (hands.kind === 'unknown') return hands;
  const isOther = ({ bot, login }: Person) => !bot && !hands.value.has(login.toLowerCase());
  const submitted = reviews.value.filter(({ state }) => state !== 'dismissed' && state !== 'pending');
  const untold = submitted.find(({ edited, body }) => edited === undefined && signs(body, id));
  if (untold !== undefined) return unknown(untoldEdit(untold), 'run the gate again');
  const reviewed = ownWords(submitted);
  const said = [
    ...reviewed.map(({ author, body, submittedAt, url }) => ({ author, body, at: submittedAt, url })),
    ...comments.value.filter(({ edited }) => !edited).map((one) => ({ ...one, at: one.createdAt })),
  ];
  const signed = said.filter(({ author, body, at }) => at >= of.since && isOther(author) && signs(body, id));
  return known(signed.map(({ author, at, url }) => ({ login: author.login, at, url })).sort((a, b) => a.at - b.at));
}

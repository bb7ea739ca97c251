// Contributors: everybody with a hand in the commits of a pull request. What they say of it is the author's own word, and counts for nothing.
import { type Answers, type Known, known, type Unknown, unknown } from '../evidence/answer.ts';
import type { PullFact } from '../evidence/fact.ts';
import type { QuestionOf } from '../evidence/question.ts';
import { listed, short } from './words.ts';

/** The question who had a hand in the commits of a pull request. */
export function contributionsOf({ number }: Pick<PullFact, 'number'>): QuestionOf<'contributions'> {
  return { kind: 'contributions', pull: number };
}

/** The logins, in lower case, of all who wrote, committed or pushed a commit of the pull request, its author among them. A merge of the base into
 * the branch counts like every other commit, GitHub's own by the button *Update branch* too: whoever settles a conflict in GitHub's editor makes
 * the same kind of commit, and that one can hold anything. GitHub's rule about the last reviewable push lets a merge pass that changes nothing;
 * ours cannot see that it changes nothing, hence the author presses the button, or another reviewer approves. */
export function contributorsOf(pull: PullFact, answers: Answers): Known<ReadonlySet<string>> | Unknown {
  const told = answers.of(contributionsOf(pull));
  if (told.kind === 'unknown') {
    const because = `who made the commits of #${pull.number} cannot be read (${told.because})`;
    const { permission } = told;
    return { ...unknown(because, told.remedy), ...(permission === undefined ? {} : { permission }) };
  }
  const people = [pull.author, ...told.value.flatMap((one) => one.people)];
  return known(new Set(people.map(({ login }) => login.toLowerCase())));
}

/** People with the commits of the pull request that they had a hand in: `bob (3f9c2ab) and carol (9d41c07)`. */
export function handsOf(logins: readonly string[], pull: PullFact, answers: Answers): string {
  const contributions = answers.value(contributionsOf(pull)) ?? [];
  const named = [...new Set(logins)].map((login) => {
    const theirs = contributions.filter(({ people }) => people.some((one) => isSame(one.login, login)));
    return theirs.length === 0
      ? login
      : `${login} (${listed(
          theirs.map(({ sha }) => short(sha)),
          3,
        )})`;
  });
  return listed(named, 3);
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Whose commits GitHub maps to no account, as the end of a sentence; empty when it knows everybody. An address that belongs to nobody proves
 * neither that a reviewer wrote it nor that none did: no policy has a word for it, so the approval counts and the reader is told. */
export function strangersIn(pulls: readonly PullFact[], answers: Answers): string {
  const unknown = pulls
    .flatMap((pull) => answers.value(contributionsOf(pull)) ?? [])
    .filter(({ strangers }) => strangers.length > 0)
    .map(({ sha, strangers }) => `${strangers.join(' and ')} (${short(sha)})`);
  return unknown.length === 0 ? '' : `; written by nobody GitHub knows, perhaps by a reviewer: ${listed(unknown, 3)}`;
}

// Sign-offs: a named person's word on a line of the checklist, given as a line in a review.
import type { Answers } from '../../evidence/answer.ts';
import type { PullFact, ReviewFact } from '../../evidence/fact.ts';
import type { Question } from '../../evidence/question.ts';
import type { Phrase } from '../../kit/phrase.ts';
import { contributionsOf, handsOf, strangersIn } from '../contributor.ts';
import type { Context } from '../criterion.ts';
import { type Found, notTold, pass, unknownFinding, waiting } from '../finding.ts';
import { asksPatch, notAsReviewed } from '../patch.ts';
import { boundSha, ownSignOffs, signOffs } from '../review.ts';
import { asksRole, holdersOf } from '../role.ts';
import { instant, listed } from '../words.ts';

/** Asks for the reviews and the holders of every role that must sign. */
export function asksSignOff(context: Context, answers: Answers): readonly Question[] {
  return [
    ...concerned(context).flatMap((pull) => [
      { kind: 'reviews', pull: pull.number } as const,
      contributionsOf(pull),
      ...asksPatch(pull, context.change, answers),
    ]),
    ...context.item.signOff.flatMap((role) => asksRole(role, context, answers)),
  ];
}

/** All roles have signed, each by another person unless one person holds them alone; a word given later than `ahead` of the planned start waits
 * until the time has passed. */
export function findSignOff(context: Context, answers: Answers): Found {
  const pulls = concerned(context);
  const { item, change } = context;
  if (pulls.length === 0) {
    return unknownFinding(
      'there is no pull request whose review could carry the sign-off',
      'bring the change by a pull request',
      owners(item.signOff),
    );
  }
  const signers: ReviewFact[] = [];
  for (const pull of pulls) {
    const anyHead = item.binds === 'change';
    const of = { pull, sha: boundSha(pull, change), anyHead };
    const told = signOffs(item.id, of, answers);
    if (told.kind === 'unknown') return notTold(told);
    const other = notAsReviewed(pull, change, answers);
    if (other !== undefined) return other;
    const own = () => handsOf(ownSignOffs(item.id, of, answers), pull, answers);
    const used = new Set<string>();
    for (const role of item.signOff) {
      const holders = holdersOf(role, context, answers);
      if (holders.kind === 'unknown') return notTold(holders, role);
      const entitled = told.value.filter(({ author }) => holders.value.has(author.login.toLowerCase()));
      const fresh =
        entitled.find(({ author }) => !used.has(author.login)) ?? (holders.value.size === 1 ? entitled[0] : undefined);
      if (fresh === undefined) return missing(item.id, { role, pull, signed: told.value, own: own() });
      used.add(fresh.author.login);
      signers.push(fresh);
    }
  }
  return inTime(context, signers, strangersIn(pulls, answers));
}

/** What binds to a deployment is said once, on its newest pull request; all else on each of them. */
function concerned({ item, change }: Context): readonly PullFact[] {
  return item.binds === 'deployment' ? change.pulls.slice(0, 1) : change.pulls;
}

function missing(
  id: string,
  {
    role,
    pull,
    signed,
    own,
  }: {
    readonly role: string;
    readonly pull: PullFact;
    readonly signed: readonly ReviewFact[];
    readonly own: string;
  },
): Found {
  const others = signed.map(({ author }) => author.login);
  const seen = others.length === 0 ? '' : ` (${listed(others, 3)} signed, but does not hold the role)`;
  const lost = own === '' ? '' : `; ${own} signed what holds commits of their own`;
  const evidence: Phrase = [{ text: `#${pull.number}`, href: pull.url }, `: not signed by ${role}${seen}${lost}`];
  return waiting('people', evidence, ['submit a review with the line ', { code: `/signoff ${id}` }], role);
}

function inTime(context: Context, signers: readonly ReviewFact[], strangers: string): Found {
  const since = Math.max(...signers.map(({ submittedAt }) => submittedAt));
  const by = listed([...new Set(signers.map(({ author }) => author.login))], 4);
  const earliest = since + (context.item.aheadMs ?? 0);
  if (context.plannedStart < earliest) {
    return waiting('time', `signed by ${by}, ${instant(since)}`, `start at ${instant(earliest)} or later`, '');
  }
  return pass(`signed by ${by}, ${instant(since)}${strangers}`, since);
}

function owners(roles: readonly string[]): string {
  return roles.join(', ');
}

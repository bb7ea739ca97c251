// The shapes in which GitHub tells who had a hand in a commit, over GraphQL and over REST, and how they become a fact.
import { z } from 'zod';
import type { ContributionFact, Person } from '../../evidence/fact.ts';
import { actorFields } from './graph.ts';

const handFields = '{ name email user { login } }';

/** Fields of one of its commits: who wrote and who committed it. */
export const handsFields = `{ commit { oid messageHeadline authors(first: 20) { nodes ${handFields} } committer ${handFields} } }`;

/** Fields of a pull request: its commits, and who pushed its head, as far as checks name a push. */
export function contributionFields(commits: string): string {
  return `{
  headRefName
  commits(first: 100) ${commits}
  head: commits(last: 1) { nodes { commit {
    checkSuites(first: 20) { nodes { branch { name } push { pusher ${actorFields} } } }
  } } }
}`;
}

interface Hand {
  readonly name: string;
  readonly email: string;
  /** Undefined where GitHub maps the address to no account. */
  readonly login: string | undefined;
  readonly bot: boolean;
}

const hand = z
  .object({
    name: z.string().nullish(),
    email: z.string().nullish(),
    user: z.object({ login: z.string() }).nullish(),
  })
  .transform(({ name, email, user }) => handOf({ name, email, login: user?.login, bot: false }));

const suite = z.object({
  branch: z.object({ name: z.string() }).nullish(),
  push: z.object({ pusher: z.object({ __typename: z.string(), login: z.string() }).nullish() }).nullish(),
});

/** A commit with the hands on it. */
export const graphHands = z.object({
  commit: z.object({
    oid: z.string(),
    messageHeadline: z.string(),
    authors: z.object({ nodes: z.array(hand) }),
    committer: hand,
  }),
});

export const pushedShape = z.object({
  headRefName: z.string(),
  head: z.object({
    nodes: z.array(z.object({ commit: z.object({ checkSuites: z.object({ nodes: z.array(suite) }).nullable() }) })),
  }),
});

/** Who pushed the head of a pull request. The same commit may have been pushed to other branches too, by people who have nothing to do with this
 * one; of a branch that is gone GitHub keeps no name. */
export function pushersOf({ headRefName, head }: z.output<typeof pushedShape>): readonly Person[] {
  const suites = head.nodes.flatMap(({ commit }) => commit.checkSuites?.nodes ?? []);
  const pushes = suites.filter(({ branch }) => (branch?.name ?? headRefName) === headRefName);
  return pushes.flatMap(({ push }) => (push?.pusher ? [pusherOf(push.pusher)] : []));
}

/** The contributions to a pull request by its commits, oldest first; the last of them is what was pushed. */
export function contributionsBy(
  commits: readonly z.output<typeof graphHands>[],
  pushers: readonly Person[],
): readonly ContributionFact[] {
  return commits.map(({ commit: { oid, messageHeadline, authors, committer } }, index) =>
    contributionOf(
      oid,
      handsOn(messageHeadline, authors.nodes, committer),
      index === commits.length - 1 ? pushers : [],
    ),
  );
}

const account = z.object({ login: z.string().optional(), type: z.string().optional() }).nullish();
const signature = z.object({ name: z.string().nullish(), email: z.string().nullish() }).nullish();

/** The hands on a commit as REST tells them: co-authors from the lines of its message. */
export const contributionShape = z
  .object({
    sha: z.string(),
    commit: z.object({ message: z.string(), author: signature, committer: signature }),
    author: account,
    committer: account,
  })
  .transform(({ sha, commit, author, committer }): ContributionFact => {
    const made = (by: z.infer<typeof signature>, known: z.infer<typeof account>) =>
      handOf({ name: by?.name, email: by?.email, login: known?.login, bot: known?.type === 'Bot' });
    const authors = [made(commit.author, author), ...coAuthors(commit.message)];
    return contributionOf(sha, handsOn(commit.message, authors, made(commit.committer, committer)), []);
  });

/** GitHub hides addresses behind `<id>+<login>@users.noreply.<host>`; a bot has no other one, and GraphQL knows no account for it. */
const hidden = /^(?:\d+\+)?([^@]+)@users\.noreply\./i;

function handOf(given: {
  readonly name: string | null | undefined;
  readonly email: string | null | undefined;
  readonly login: string | undefined;
  readonly bot: boolean;
}): Hand {
  const email = given.email ?? '';
  const robot = /\[bot\]$/.exec(given.login ?? hidden.exec(email)?.[1] ?? '') !== null;
  const login = given.login ?? (robot ? hidden.exec(email)?.[1] : undefined);
  return { name: given.name ?? '', email, login, bot: given.bot || robot };
}

function coAuthors(message: string): readonly Hand[] {
  return [...message.matchAll(/^co-authored-by:[ \t]*(.*?)[ \t]*<([^<>\s]+)>[ \t]*$/gim)].map(([, name, email = '']) =>
    handOf({ name, email, login: hidden.exec(email)?.[1], bot: false }),
  );
}

function pusherOf({ __typename, login }: { readonly __typename: string; readonly login: string }): Person {
  return { login, bot: __typename === 'Bot' };
}

/** What GitHub commits itself (its pages, its merge buttons) bears the name of `web-flow`: that is nobody's hand. */
function isGithub({ login, name, email }: Hand): boolean {
  return login === 'web-flow' || (login === undefined && name === 'GitHub' && /^noreply@/i.test(email));
}

/** First line that GitHub writes when a suggestion of a review is taken with its button, one or a batch of them. */
const suggestion = /^Apply suggestions? from (?:code review|@\S+)/;

/** Authors, the writing one first, and committer. A suggestion that was taken names its reviewer as co-author: that is reviewing, not writing, as
 * whoever pressed the button has read it and is the author of the commit. Who takes their own suggestion is that author. */
function handsOn(message: string, authors: readonly Hand[], committer: Hand): readonly Hand[] {
  const isTaken = suggestion.test(message) && isGithub(committer) && authors[0]?.login !== undefined;
  return [...(isTaken ? authors.slice(0, 1) : authors), committer];
}

function contributionOf(sha: string, hands: readonly Hand[], pushers: readonly Person[]): ContributionFact {
  const people = new Map<string, Person>();
  const strangers = new Set<string>();
  for (const one of hands.filter((each) => !isGithub(each))) {
    if (one.login === undefined) strangers.add(one.name === '' ? 'nobody named' : one.name);
    else people.set(one.login.toLowerCase(), { login: one.login, bot: one.bot });
  }
  for (const one of pushers) people.set(one.login.toLowerCase(), one);
  return { sha, people: [...people.values()], strangers: [...strangers] };
}

// Announcements: that the team and the stakeholders were told, by a line in a comment, an issue, or the note that announcing itself leaves.
import type { Answers } from '../../evidence/answer.ts';
import type { CommentFact, IssueFact, PullFact } from '../../evidence/fact.ts';
import type { Question, QuestionOf } from '../../evidence/question.ts';
import type { Phrase } from '../../kit/phrase.ts';
import { type Context, type Criterion, withOptions } from '../criterion.ts';
import { fencedLines, withoutComments } from '../fence.ts';
import { type Found, notTold, pass, waiting } from '../finding.ts';
import { instant } from '../words.ts';
import * as worded from './words/announced.ts';

/** How the note begins that a `notice` leaves on the pull request (io/github/note). */
const noteMark = '<!-- boring-deploys note v1 notice ';

interface Told {
  readonly at: number;
  readonly by: string;
  readonly url: string;
}

/** `announcement-sent` and `stakeholder-window-notified`: how long ago it must have been says `ahead:` of the line. */
export const announcements: readonly Criterion[] = [
  announced(worded.toTeam, 'team'),
  announced(worded.toStakeholders, 'stakeholders'),
];

function announced(words: (typeof worded.announcements)[number], whom: string): Criterion {
  return withOptions({
    ...words,
    asks: ({ change }, { label }, answers) => [issuesWith(label), ...asksComments(change.pulls, whom, answers)],
    finds: (context, { label }, answers) => find(context, { label, whom }, answers),
  });
}

/** Asks for the comments of every pull request, and for what those may do who say that they announced. */
function asksComments(pulls: readonly PullFact[], whom: string, answers: Answers): readonly Question[] {
  const people = pulls.flatMap(({ number }) =>
    (answers.value(commentsOf(number)) ?? []).filter((one) => says(one, whom)).map(({ author }) => author.login),
  );
  return [
    ...pulls.map(({ number }) => commentsOf(number)),
    ...[...new Set(people)].map((login) => ({ kind: 'permission', login }) as const),
  ];
}

function find(
  { change }: Context,
  { label, whom }: { readonly label: string; readonly whom: string },
  answers: Answers,
): Found {
  const told: Told[] = [];
  const issues = answers.of(issuesWith(label));
  if (issues.kind === 'known') told.push(...issues.value.filter((one) => isAbout(one, change.pulls)).map(byIssue));
  const unread = issues.kind === 'unknown' ? [issues] : [];
  for (const { number } of change.pulls) {
    const comments = answers.of(commentsOf(number));
    if (comments.kind === 'unknown') {
      unread.push(comments);
      continue;
    }
    told.push(...comments.value.filter(isNote).map(byComment));
    for (const one of comments.value.filter((comment) => says(comment, whom))) {
      const may = answers.of({ kind: 'permission', login: one.author.login });
      if (may.kind === 'unknown') unread.push(may);
      else if (['admin', 'maintain', 'write'].includes(may.value)) told.push(byComment(one));
    }
  }
  const [first] = told.sort((a, b) => a.at - b.at);
  if (first !== undefined)
    return pass([{ text: `announced by ${first.by}`, href: first.url }, `, ${instant(first.at)}`], first.at);
  const [missing] = unread;
  return missing === undefined ? notAnnounced(change.pulls, { label, whom }) : notTold(missing);
}

function notAnnounced(
  pulls: readonly PullFact[],
  { label, whom }: { readonly label: string; readonly whom: string },
): Found {
  const [newest] = pulls;
  const issue: Phrase = ['open an issue with the label ', { code: label }, ' that names the pull request'];
  if (newest === undefined) return waiting('people', 'nobody has announced it', issue, 'who deploys');
  const here = { text: `#${newest.number}`, href: newest.url };
  return waiting(
    'people',
    'nobody has announced it',
    ['announce it, then comment ', { code: `/announced ${whom}` }, ' on ', here, '; or ', ...issue],
    'who deploys',
  );
}

/** A line `/announced`, alone or with whom, that its writer can see and nobody has edited since. */
function says({ author, body, edited }: CommentFact, whom: string): boolean {
  if (author.bot || edited) return false;
  return fencedLines(withoutComments(body)).some(
    ({ line, fenced }) => !fenced && (line.trimEnd() === '/announced' || line.startsWith(`/announced ${whom}`)),
  );
}

function isNote({ author, body, edited }: CommentFact): boolean {
  return author.bot && !edited && body.startsWith(noteMark);
}

/** An issue that names a pull request of the change. */
function isAbout({ title, body }: IssueFact, pulls: readonly PullFact[]): boolean {
  return pulls.some(({ number }) => new RegExp(`(?:#|/pull/)${number}(?!\\d)`).test(`${title}\n${body}`));
}

function byComment({ author, createdAt, url }: CommentFact): Told {
  return { at: createdAt, by: author.login, url };
}

function byIssue({ author, createdAt, url }: IssueFact): Told {
  return { at: createdAt, by: author.login, url };
}

function commentsOf(number: number): QuestionOf<'comments'> {
  return { kind: 'comments', number };
}

function issuesWith(label: string): QuestionOf<'issues'> {
  return { kind: 'issues', label, state: 'all' };
}

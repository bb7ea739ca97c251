// What a deployment leaves to do: tag, changelog entry, issue, flags, runbook, retrospective. Found by machine where it can be, else said by people.
import type { z } from 'zod';
import type { Answers } from '../../evidence/answer.ts';
import type { IssueFact } from '../../evidence/fact.ts';
import type { QuestionOf } from '../../evidence/question.ts';
import { anyMatches } from '../../kit/glob.ts';
import type { Attempt } from '../../record/history.ts';
import { type Context, type Criterion, type OptionedWords, withOptions } from '../criterion.ts';
import { type Found, fail, notTold, pass, unknownFinding, waiting } from '../finding.ts';
import { sectionOf } from '../section.ts';
import { instant, listed, short } from '../words.ts';
import * as worded from './words/aftermath.ts';

/** What a line of these says where it is asked before a deployment: there is none yet that it could be about. */
const tooEarly = unknownFinding('it is about a deployment that is done', [
  'write ',
  { code: 'moment: after' },
  ' and ',
  { code: 'within:' },
  ' in its line',
]);

/** A criterion about the Deployment that owes the line; never asked without one. */
function after<Shape extends z.ZodType>(
  words: OptionedWords<Shape>,
  parts: {
    readonly asks: (context: Context, given: z.output<Shape>) => readonly QuestionOf<'tags-of' | 'file' | 'issues'>[];
    readonly finds: (context: Context & { deployed: Attempt }, given: z.output<Shape>, answers: Answers) => Found;
  },
): Criterion {
  return withOptions({
    ...words,
    asks: (context, given) => (context.deployed === undefined ? [] : parts.asks(context, given)),
    finds: (context, given, answers) => {
      const { deployed } = context;
      return deployed === undefined ? tooEarly : parts.finds({ ...context, deployed }, given, answers);
    },
  });
}

/** Tags that point at a commit; `pattern` narrows them. What lies beyond the tags that were looked at is unknown, never missing. */
export function tagOf(sha: string, pattern: string, answers: Answers): Found {
  const told = answers.of({ kind: 'tags-of', sha });
  if (told.kind === 'unknown') return notTold(told);
  const named = told.value.names.filter((name) => anyMatches([pattern], name));
  if (named.length > 0) return pass(listed(named, 3));
  const like = pattern === '**' ? '' : ` like ${pattern}`;
  if (!told.value.complete)
    return unknownFinding(`the repository has too many tags to look at all`, 'let a person sign it');
  const todo = ['push a tag: ', { code: `git tag <name> ${short(sha)} && git push origin <name>` }];
  return fail(`no tag${like} points at ${short(sha)}`, todo, 'who started the run');
}

const gitTagAfter = after(worded.gitTagAfter, {
  asks: ({ deployed, change }) => [{ kind: 'tags-of', sha: deployed?.sha ?? change.sha }],
  finds: ({ deployed }, { pattern }, answers) => tagOf(deployed.sha, pattern, answers),
});

const changelogEntry = after(worded.changelogEntry, {
  asks: ({ change }, { file }) => [{ kind: 'file', path: file, sha: change.sha }],
  finds: ({ deployed, change }, { file }, answers) => {
    const told = answers.of({ kind: 'file', path: file, sha: change.sha });
    if (told.kind === 'unknown') return notTold(told);
    const { version } = deployed.payload;
    if (told.value.found && names(told.value.text, deployed)) return pass([{ text: file, href: told.value.url }]);
    const what = told.value.found ? `${file} does not name ${version}` : `there is no ${file}`;
    return fail(what, `write ${version} into ${file} on the default branch`, 'author');
  },
});

const issueClosed = after(worded.issueClosed, {
  asks: (_context, { label }) => [issuesWith(label)],
  finds: ({ deployed }, { label }, answers) => {
    const told = answers.of(issuesWith(label));
    if (told.kind === 'unknown') return notTold(told);
    const named = told.value.filter((issue) => isAbout(issue, deployed));
    const [open] = named.filter((issue) => issue.open);
    if (open !== undefined) return fail([linkTo(open), ' is open'], `close #${open.number}`, '');
    const [closed] = named;
    if (closed === undefined) return noIssue(label, deployed);
    return pass([linkTo(closed), ' is closed'], closed.closedAt);
  },
});

const retrospective = after(worded.retrospective, {
  asks: (_context, { label }) => [issuesWith(label)],
  finds: ({ deployed }, { label }, answers) => {
    const told = answers.of(issuesWith(label));
    if (told.kind === 'unknown') return notTold(told);
    const held = told.value.find((issue) => isAbout(issue, deployed));
    if (held === undefined) return noIssue(label, deployed);
    return held.open
      ? waiting('people', [linkTo(held), ' is open'], `hold it, then close #${held.number}`)
      : pass([linkTo(held)], held.closedAt);
  },
});

const lessons = after(worded.lessons, {
  asks: (_context, { label }) => [issuesWith(label)],
  finds: ({ deployed }, { label }, answers) => {
    const told = answers.of(issuesWith(label));
    if (told.kind === 'unknown') return notTold(told);
    const about = told.value.filter((issue) => isAbout(issue, deployed));
    const written = about.find(({ body }) => sectionOf(body, /\blessons?\b/i) !== '');
    if (written !== undefined) return pass([linkTo(written)]);
    const [bare] = about;
    return bare === undefined
      ? noIssue(label, deployed)
      : fail([linkTo(bare), ' has no section “## Lessons”'], `write it in #${bare.number}`, '');
  },
});

/** Files on the default branch that have changed since the deployed commit. */
function changedSince(words: typeof worded.flagsUpdated): Criterion {
  return after(words, {
    asks: () => [],
    finds: ({ change, deployed }, { paths }) => {
      const touched = change.files.filter(({ path, status }) => status !== 'removed' && anyMatches(paths, path));
      const names = touched.map(({ path }) => path);
      if (names.length > 0) return pass(`${listed(names, 3)} changed since ${deployed.payload.version}`);
      const what = `none of ${listed(paths, 3)} changed since ${deployed.payload.version}`;
      if (!change.complete) return unknownFinding('not all files that changed since are known', 'look by hand');
      return waiting('people', what, 'change it, or sign that nothing is to be changed');
    },
  });
}

/** `deployment-metrics-tracked`: our record has begin and end of the deployment; every delivery figure is computed from these. */
const metricsTracked = after(worded.metricsTracked, {
  asks: () => [],
  finds: ({ deployed }) => {
    const end = deployed.succeededAt ?? deployed.endedAt;
    const link = { text: `deployment ${deployed.id}`, href: deployed.payload.run.url };
    if (end === undefined) return waiting('time', [link, ' has not ended'], 'let it end, or end it by mode: finish');
    return pass([link, `: ${instant(deployed.beganAt)} to ${instant(end)}`], end);
  },
});

/** Nothing that a machine could find: people say it, or the line brings evidence of its own. */
function saidOnly(words: OptionedWords<z.ZodType>, what: string): Criterion {
  return after(words, { asks: () => [], finds: () => waiting('people', 'nobody has said it', what) });
}

/** In the order of the catalogue. */
export const aftermath: readonly Criterion[] = [
  saidOnly(worded.spotChecks, 'look at the key pages'),
  saidOnly(worded.quietLogs, 'read the logs, or give the line a command or a metric'),
  saidOnly(worded.manualRounds, 'go the rounds'),
  saidOnly(worded.complaints, 'read what users say'),
  saidOnly(worded.securityLogs, 'read the security logs'),
  saidOnly(worded.figures, 'read the figures'),
  issueClosed,
  gitTagAfter,
  changelogEntry,
  changedSince(worded.flagsUpdated),
  retrospective,
  changedSince(worded.runbookUpdated),
  lessons,
  metricsTracked,
];

/** What a machine looks for, by criterion, in words for who is to give it; an option of the line may name another file or label. */
export const means: Readonly<Record<string, string>> = {
  'deployment-issue-closed': 'by a closed issue that names it, with the label deployment',
  'git-tag-after': 'by a tag of the commit',
  'release-tagged': 'by a tag of the commit',
  'changelog-deployment-entry': 'by its version in the changelog',
  'flags-updated-after': 'by a change of the flags’ file',
  retrospective: 'by a closed issue that names it, with the label retrospective',
  'runbook-updated-after': 'by a change of the runbook',
  'lessons-documented': 'by the section Lessons of that issue',
  'deployment-metrics-tracked': 'by the end of the deployment, which is recorded',
};

function issuesWith(label: string): QuestionOf<'issues'> {
  return { kind: 'issues', label, state: 'all' };
}

function noIssue(label: string, { payload }: Attempt): Found {
  return unknownFinding(
    [`no issue with the label `, { code: label }, ` names ${payload.version}`],
    ['open one that names the version, with the label ', { code: label }],
  );
}

function linkTo({ number, url }: IssueFact) {
  return { text: `#${number}`, href: url };
}

function isAbout({ title, body }: IssueFact, deployed: Attempt): boolean {
  return names(`${title}\n${body}`, deployed);
}

/** Whether a text names the deployment: its version (with or without a leading v), its commit, or one of its pull requests. */
function names(words: string, { sha, payload }: Attempt): boolean {
  const version = payload.version.replace(/^v(?=\d)/, '');
  const pulls = payload.kind === 'deploy' ? payload.pulls : [];
  return (
    words.includes(short(sha)) ||
    stands(words, version) ||
    pulls.some((number) => new RegExp(`(?:#|/pull/)${number}(?!\\d)`).test(words))
  );
}

/** Whether it stands there by itself: `1.8.0` neither in `1.8.01` nor in `11.8.0` nor in `1.8.0.2`. */
function stands(words: string, what: string): boolean {
  for (let at = words.indexOf(what); at >= 0; at = words.indexOf(what, at + 1)) {
    const [before, behind] = [words.slice(0, at), words.slice(at + what.length)];
    if (!/(?:[0-9A-Za-uw-z]|\d\.|[\w]v)$/.test(before) && !/^(?:[0-9A-Za-z]|[.-]\d)/.test(behind)) return true;
  }
  return false;
}

// What a deployment leaves to do: tag, changelog entry, issue, flags, runbook, retrospective. Found by machine where it can be, else said by people.
import { z } from 'zod';
import type { Answers } from '../../evidence/answer.ts';
import type { IssueFact } from '../../evidence/fact.ts';
import type { QuestionOf } from '../../evidence/question.ts';
import { anyMatches } from '../../kit/glob.ts';
import type { Attempt } from '../../record/history.ts';
import { type Context, type Criterion, withOptions } from '../criterion.ts';
import { type Found, fail, notTold, pass, unknownFinding, waiting } from '../finding.ts';
import { globs } from '../options.ts';
import { sectionOf } from '../section.ts';
import { instant, listed, short } from '../words.ts';

const text = z.string().min(1);

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
  id: string,
  title: string,
  shape: Shape,
  parts: {
    readonly asks: (context: Context, given: z.output<Shape>) => readonly QuestionOf<'tags-of' | 'file' | 'issues'>[];
    readonly finds: (context: Context & { deployed: Attempt }, given: z.output<Shape>, answers: Answers) => Found;
  },
): Criterion {
  return withOptions({
    id,
    title,
    moment: 'deploy',
    with: shape,
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

const gitTagAfter = after('git-tag-after', 'Deployment tagged', z.strictObject({ pattern: text.default('**') }), {
  asks: ({ deployed, change }) => [{ kind: 'tags-of', sha: deployed?.sha ?? change.sha }],
  finds: ({ deployed }, { pattern }, answers) => tagOf(deployed.sha, pattern, answers),
});

const changelogEntry = after(
  'changelog-deployment-entry',
  'Deployment in the changelog',
  z.strictObject({ file: text.default('CHANGELOG.md') }),
  {
    asks: ({ change }, { file }) => [{ kind: 'file', path: file, sha: change.sha }],
    finds: ({ deployed, change }, { file }, answers) => {
      const told = answers.of({ kind: 'file', path: file, sha: change.sha });
      if (told.kind === 'unknown') return notTold(told);
      const { version } = deployed.payload;
      if (told.value.found && names(told.value.text, deployed)) return pass([{ text: file, href: told.value.url }]);
      const what = told.value.found ? `${file} does not name ${version}` : `there is no ${file}`;
      return fail(what, `write ${version} into ${file} on the default branch`, 'author');
    },
  },
);

const labelled = (label: string) => z.strictObject({ label: text.default(label) });

const issueClosed = after('deployment-issue-closed', 'Deployment issue closed', labelled('deployment'), {
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

const retrospective = after('retrospective', 'Retrospective', labelled('retrospective'), {
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

const lessons = after('lessons-documented', 'Lessons written down', labelled('retrospective'), {
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
function changedSince(id: string, title: string, usual: readonly string[]): Criterion {
  return after(id, title, z.strictObject({ paths: globs.default([...usual]) }), {
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

const runbooks = ['**/runbook*', '**/runbooks/**', '**/RUNBOOK*'];
const flagFiles = ['**/flags.{yml,yaml,json}', '**/feature-flags/**', '**/feature-flags.{yml,yaml,json}'];

/** `deployment-metrics-tracked`: our record has begin and end of the deployment; every delivery figure is computed from these. */
const metricsTracked = after('deployment-metrics-tracked', 'Deployment measured', z.strictObject({}), {
  asks: () => [],
  finds: ({ deployed }) => {
    const end = deployed.succeededAt ?? deployed.endedAt;
    const link = { text: `deployment ${deployed.id}`, href: deployed.payload.run.url };
    if (end === undefined) return waiting('time', [link, ' has not ended'], 'let it end, or end it by mode: finish');
    return pass([link, `: ${instant(deployed.beganAt)} to ${instant(end)}`], end);
  },
});

/** Nothing that a machine could find: people say it, or the line brings evidence of its own. */
function saidOnly(id: string, title: string, shape: z.ZodType, what: string): Criterion {
  return after(id, title, shape, { asks: () => [], finds: () => waiting('people', 'nobody has said it', what) });
}

const noOptions = z.strictObject({});

/** In the order of the catalogue. */
export const aftermath: readonly Criterion[] = [
  saidOnly(
    'smoke-manual-spot-checks',
    'Key pages looked at by people',
    z.strictObject({ 'looks-at': z.array(text).min(1).optional() }),
    'look at the key pages',
  ),
  saidOnly(
    'logs-no-errors',
    'No new errors in the logs',
    z.strictObject({ 'none-of': z.array(text).min(1).optional() }),
    'read the logs, or give the line a command or a metric',
  ),
  saidOnly(
    'monitor-manual-rounds',
    'Watched by people, round by round',
    z.strictObject({ times: z.int().min(1).max(24).optional() }),
    'go the rounds',
  ),
  saidOnly('user-complaints-watched', 'Complaints of users read', noOptions, 'read what users say'),
  saidOnly('security-logs-reviewed', 'Security logs read', noOptions, 'read the security logs'),
  saidOnly('kpi-reviewed', 'Business figures read', noOptions, 'read the figures'),
  issueClosed,
  gitTagAfter,
  changelogEntry,
  changedSince('flags-updated-after', 'Flags brought up to date', flagFiles),
  retrospective,
  changedSince('runbook-updated-after', 'Runbook brought up to date', runbooks),
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

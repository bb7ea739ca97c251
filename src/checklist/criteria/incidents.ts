// Incidents as issues of the repository: an open one blocks, recent ones are read before the start, and a hotfix names the fault that it mends.
import type { Answers } from '../../evidence/answer.ts';
import type { IssueFact, PullFact } from '../../evidence/fact.ts';
import type { QuestionOf } from '../../evidence/question.ts';
import type { Phrase } from '../../kit/phrase.ts';
import { type Context, type Criterion, withOptions } from '../criterion.ts';
import { type Found, fail, notApplicable, notTold, pass, unknownFinding, waiting } from '../finding.ts';
import { asksReviews, boundSha, signOffs } from '../review.ts';
import { counted, listed } from '../words.ts';
import * as worded from './words/incidents.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** `open-incident-blocks`: no issue with the label is open. */
export const noOpenIncident: Criterion = withOptions({
  ...worded.noOpenIncident,
  asks: (_context, given) => [openOnes(given.label)],
  finds: (_context, given, answers) => {
    const told = answers.of(openOnes(given.label));
    if (told.kind === 'unknown') return notTold(told);
    if (told.value.length === 0) return pass(`no open issue has the label ${given.label}`);
    return fail(
      [...linked(told.value), ` ${told.value.length === 1 ? 'is' : 'are'} open`],
      ['end the incident and close the issue, or take the label ', { code: given.label }, ' off'],
      'who leads the incident',
    );
  },
});

/** `go-recent-incidents-reviewed`: where there were incidents in the last `days`, a person says that they were considered. */
export const recentIncidents: Criterion = withOptions({
  ...worded.recentIncidents,
  asks: ({ change }, given, answers) => {
    const [newest] = change.pulls;
    return [allOnes(given.label), ...(newest === undefined ? [] : asksReviews(newest, answers))];
  },
  finds: (context, given, answers) => {
    const told = answers.of(allOnes(given.label));
    if (told.kind === 'unknown') return notTold(told);
    const since = context.now - given.days * dayMs;
    const recent = told.value.filter(({ createdAt, open }) => open || createdAt >= since);
    const span = `the last ${counted(given.days, 'day', 'days')}`;
    return recent.length === 0 ? pass(`no incident in ${span}`) : considered(recent, span, context, answers);
  },
});

function considered(recent: readonly IssueFact[], span: string, context: Context, answers: Answers): Found {
  const { change, item } = context;
  const [newest] = change.pulls;
  const evidence: Phrase = [`${counted(recent.length, 'incident', 'incidents')} in ${span}: `, ...linked(recent)];
  if (newest === undefined)
    return unknownFinding(evidence, 'there is no pull request whose review could say that they were considered');
  const of = { pull: newest, sha: boundSha(newest, change), anyHead: item.binds === 'change' };
  const signed = signOffs(item.id, of, answers);
  if (signed.kind === 'unknown') return notTold(signed);
  const [first] = signed.value;
  if (first !== undefined) return pass([...evidence, `; considered by ${first.author.login}`], first.submittedAt);
  const todo = ['read them, then submit a review with the line ', { code: `/signoff ${item.id}` }];
  return waiting('people', evidence, todo, 'a reviewer');
}

/** `deployment-type-hotfix`: each pull request of a hotfix bears one of `issue-labels`, or names an issue that does. Who approves, says the type. */
export const hotfixMendsFault: Criterion = withOptions({
  ...worded.hotfixMendsFault,
  asks: ({ change }, given) => (change.type.name === 'hotfix' ? given['issue-labels'].map(allOnes) : []),
  finds: ({ change }, given, answers) => {
    if (change.type.name !== 'hotfix') return notApplicable(`type ${change.type.name}`);
    const labels = given['issue-labels'];
    if (change.pulls.length === 0)
      return unknownFinding(
        'there is no pull request that could name the fault',
        'bring it by a pull request',
        'author',
      );
    const told = labels.map((name) => answers.of(allOnes(name)));
    const issues = told.flatMap((answer) => (answer.kind === 'known' ? answer.value : []));
    const said: Phrase[] = [];
    for (const pull of change.pulls) {
      const fault = faultOf(pull, labels, issues);
      if (fault === undefined) {
        const unread = told.find((answer) => answer.kind === 'unknown');
        return unread?.kind === 'unknown' ? notTold(unread) : nameless(pull, labels);
      }
      said.push(fault);
    }
    return pass(
      said.flatMap((one, index) => [...(index === 0 ? [] : ['; ']), ...(typeof one === 'string' ? [one] : one)]),
    );
  },
});

function faultOf(pull: PullFact, labels: readonly string[], issues: readonly IssueFact[]): Phrase | undefined {
  const here = { text: `#${pull.number}`, href: pull.url };
  const own = labels.find((name) => pull.labels.includes(name));
  if (own !== undefined) return [here, ` has the label ${own}`];
  const issue = issues.find(({ number }) => new RegExp(`(?<![\\w/])#${number}(?!\\d)`).test(pull.body));
  const word = labels.find((name) => issue?.labels.includes(name));
  return issue === undefined
    ? undefined
    : [here, ' mends ', { text: `#${issue.number}`, href: issue.url }, ` (${word})`];
}

function nameless(pull: PullFact, labels: readonly string[]): Found {
  const grave = labels.join(' or ');
  return fail(
    [{ text: `#${pull.number}`, href: pull.url }, `: no fault of ${grave} is named`],
    [
      'name its issue in the description (',
      { code: 'Fixes #<number>' },
      `), with the label ${grave}; else take the hotfix label off`,
    ],
    'author',
  );
}

function linked(issues: readonly IssueFact[]): Exclude<Phrase, string> {
  const shown = issues
    .slice(0, 3)
    .flatMap(({ number, title, url }, index) => [
      ...(index === 0 ? [] : [', ']),
      { text: `#${number}`, href: url },
      ` ${listed([title.slice(0, 60)], 1)}`,
    ]);
  return issues.length > 3 ? [...shown, ` and ${issues.length - 3} more`] : shown;
}

function openOnes(name: string): QuestionOf<'issues'> {
  return { kind: 'issues', label: name, state: 'open' };
}

function allOnes(name: string): QuestionOf<'issues'> {
  return { kind: 'issues', label: name, state: 'all' };
}

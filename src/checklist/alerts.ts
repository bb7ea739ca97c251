// Open alerts of GitHub's scanners as evidence: nothing above a severity, and of code scanning a look at this very content.
import type { AlertFact, AlertSource, AlertsFact } from '../evidence/alert.ts';
import type { Answers } from '../evidence/answer.ts';
import type { Question, QuestionOf } from '../evidence/question.ts';
import type { Phrase } from '../kit/phrase.ts';
import type { Context } from './criterion.ts';
import { type Found, fail, notTold, pass, unknownFinding } from './finding.ts';
import { asksKin, twinShas } from './kinship.ts';
import { type Severity, severities } from './options.ts';
import { counted, listed, short } from './words.ts';

/** What is let through, and which tools must have looked at the commit; none named: one at least. */
export interface AlertLimit {
  readonly max: Severity;
  readonly tools: readonly string[];
}

/** Asks for the open alerts; of code scanning for those of the ref that the commit is on. */
export function asksAlerts(source: AlertSource, context: Context, answers: Answers): readonly Question[] {
  return [questionOf(source, context), ...(source === 'code-scanning' ? asksKin(context.change, answers) : [])];
}

/** No open alert above `max`. What is off, never looked, failed to look, or looked at another commit is unknown. */
export function findAlerts(source: AlertSource, { max, tools }: AlertLimit, context: Context, answers: Answers): Found {
  const told = answers.of(questionOf(source, context));
  if (told.kind === 'unknown') return notTold(told);
  const { open, url } = told.value;
  const link = { text: source, href: url };
  const above = open.filter(({ severity }) => severities.indexOf(severity) > severities.indexOf(max));
  if (above.length > 0) {
    const few = above.slice(0, 3).flatMap((alert, index) => [index === 0 ? '' : ', ', linkTo(alert)]);
    const more = above.length > 3 ? [` and ${above.length - 3} more`] : [];
    const evidence = [link, `: ${perSeverity(above)}, lets ${max} through: `, ...few, ...more];
    return fail(evidence, 'mend them, or dismiss them there with a reason', 'author');
  }
  const unseen = source === 'code-scanning' ? unseenBy(told.value, tools, context, answers) : undefined;
  if (unseen !== undefined)
    return unknownFinding([link, `: ${unseen}`], 'let it look at this commit before the gate asks', 'author');
  // The other two look at the default branch, whatever is judged.
  const where = source === 'code-scanning' ? '' : ' on the default branch';
  return pass([link, `: ${counted(open.length, 'open alert', 'open alerts')}${where}, none above ${max}`]);
}

function questionOf(source: AlertSource, { change, run }: Context): QuestionOf<'alerts'> {
  if (source !== 'code-scanning') return { kind: 'alerts', source, ref: '' };
  const [pull] = change.kind === 'pull' ? change.pulls : [];
  if (pull !== undefined) return { kind: 'alerts', source, ref: `refs/pull/${pull.number}/merge` };
  // A tag is looked at by nobody: it stands on the default branch.
  const ref = run.ref.startsWith('refs/heads/') ? run.ref : `refs/heads/${run.defaultBranch}`;
  return { kind: 'alerts', source, ref };
}

/** Why the looks at the ref say nothing of this content; undefined when they do. On a pull request GitHub looks at its test merge. */
function unseenBy(
  { analyses }: AlertsFact,
  tools: readonly string[],
  context: Context,
  answers: Answers,
): string | undefined {
  const { change, run } = context;
  const shas = [change.sha, ...twinShas(change, answers), ...(change.kind === 'pull' ? [run.sha] : [])];
  const seen = analyses.filter(({ sha }) => shas.includes(sha));
  const missing = tools.filter((tool) => !seen.some((one) => one.tool.toLowerCase() === tool.toLowerCase()));
  const [newest] = analyses;
  if (newest === undefined) return 'nobody looked at this branch';
  if (missing.length > 0) return `${listed(missing, 3)} did not look at ${short(change.sha)}`;
  if (seen.length === 0)
    return `the newest look of ${newest.tool} is at ${short(newest.sha)}, not at ${short(change.sha)}`;
  // Analyses come newest first: the newest of each tool counts.
  const failed = seen.find(({ tool, error }) => error !== '' && seen.find((one) => one.tool === tool)?.error === error);
  return failed === undefined ? undefined : `${failed.tool} failed: ${failed.error.slice(0, 100)}`;
}

function perSeverity(alerts: readonly AlertFact[]): string {
  const found = [...severities]
    .reverse()
    .map((name) => [name, alerts.filter(({ severity }) => severity === name).length] as const);
  return found.flatMap(([name, count]) => (count === 0 ? [] : [`${count} ${name}`])).join(', ');
}

function linkTo(alert: AlertFact): Exclude<Phrase, string>[number] {
  return { text: alert.what.slice(0, 80), href: alert.url };
}

// The gate's judge: from findings to a verdict with its reason, the clause of the title and the sentence a person would say.
import { type Phrase, plain } from '../kit/phrase.ts';
import { type Finding, isClosing, isOpen } from './finding.ts';

export interface Judgement {
  readonly verdict: 'open' | 'closed' | 'waiting';
  /** Stable code for the output `reason`. */
  readonly reason: string;
  /** The clause behind "Production: closed." */
  readonly title: string;
  readonly sentence: Phrase;
}

/** Reasons with a name of their own; all other criteria are `criterion:<id>`. */
const reasons: Readonly<Record<string, string>> = {
  ref: 'ref',
  behind: 'behind',
  locked: 'locked',
  'in-flight': 'in-flight',
  'deploy-window': 'window-closed',
  'planned-start': 'planned-start',
  'change-known': 'change-unknown',
  'plan-chosen': 'no-plan',
};

/** What is said of a line that the gate itself sets when it closes: then nothing else matters. */
const clauses: Readonly<Record<string, string>> = {
  ref: 'this ref may not be deployed here',
  behind: 'what runs is newer than this commit',
  locked: 'the environment is locked',
  'in-flight': 'another deployment is under way',
  'plan-chosen': 'no plan fits this change',
  'planned-start': 'the planned start is not reached yet',
};

/** Titles that say what ought to be so: of these something else fails. */
const subjects: Readonly<Record<string, string>> = {
  'ci-all-green': 'CI',
  'code-review-approved': 'the review',
  'changelog-updated': 'the changelog',
  'rollback-plan-documented': 'the rollback plan',
  'rollback-procedure-tested': 'the rollback drill',
  'staging-first': 'the staging proof',
  'migration-lint-backward-compatible': 'the migration linter',
};

/** Lines that wait for somebody who tells others, not for a signature. */
const announcements: readonly string[] = ['announcement-sent', 'stakeholder-window-notified'];

/** Closed when a required line failed or is unknown; waiting when only people, an hour or running checks are missing; else open. */
export function judge(findings: readonly Finding[]): Judgement {
  const closing = findings.filter(isClosing);
  const shut = closing.filter(({ outcome }) => outcome !== 'waiting');
  const decisive = decisiveOf(shut);
  if (decisive !== undefined) {
    return { verdict: 'closed', reason: reasonOf(decisive), title: clauseOf(closing), sentence: nextOf(decisive) };
  }
  const [first] = closing;
  if (first !== undefined) {
    return { verdict: 'waiting', reason: waitingFor(closing), title: clauseOf(closing), sentence: nextOf(first) };
  }
  // Counted as the folded list below the report counts them: what does not apply, or is asked later, is not among those to be met.
  const asked = findings.filter(({ outcome }) => outcome !== 'asked-at-deploy' && outcome !== 'not-applicable');
  const well = asked.filter(({ outcome }) => outcome === 'pass').length;
  const met = asked.length === 0 ? 'no criterion applies' : `${well} of ${asked.length} criteria met`;
  const title = `${met}${asideOf(findings)}`;
  return { verdict: 'open', reason: 'all-met', title, sentence: 'Everything that is required is met.' };
}

/** A pull request or commit that touches nothing of the unit. */
export function notConcerned(unit: string): Judgement {
  const title = `no file of ${unit === '' ? 'this unit' : unit} is touched`;
  return { verdict: 'open', reason: 'not-concerned', title, sentence: 'Nothing is deployed by this change.' };
}

/** What the gate itself sets comes first, then what is known to be wrong, then what nobody knows: the order in which the report lists them. */
function decisiveOf(shut: readonly Finding[]): Finding | undefined {
  const own = shut.find(({ id }) => reasons[id] !== undefined);
  return own ?? shut.find(({ outcome }) => outcome === 'fail') ?? shut[0];
}

function reasonOf({ id }: Finding): string {
  return reasons[id] ?? `criterion:${id}`;
}

function waitingFor(closing: readonly Finding[]): string {
  const person = closing.some(({ awaits }) => awaits === 'people');
  if (person) return 'people';
  const [first] = closing;
  return first?.awaits === 'ci' ? 'ci-running' : first === undefined ? 'time' : (reasons[first.id] ?? 'time');
}

function nextOf(finding: Finding): Phrase {
  return [{ strong: finding.title }, ': ', ...partsOf(finding.evidence), '. Next: ', ...partsOf(finding.todo), '.'];
}

function partsOf(phrase: Phrase): Exclude<Phrase, string> {
  return typeof phrase === 'string' ? [phrase] : phrase;
}

function clauseOf(closing: readonly Finding[]): string {
  const alone = closing
    .map(({ id, outcome }) => (outcome === 'fail' ? clauses[id] : undefined))
    .find((clause) => clause !== undefined);
  if (alone !== undefined) return alone;
  const failed = closing.filter(({ outcome }) => outcome === 'fail').map(({ id, title }) => subjects[id] ?? title);
  const unknown = closing.filter(({ outcome }) => outcome === 'unknown').length;
  const waits = closing.filter(({ outcome }) => outcome === 'waiting');
  const reviews = waits.filter(({ id, awaits }) => awaits === 'people' && id === 'code-review-approved').length;
  const told = waits.filter(({ id, awaits }) => awaits === 'people' && announcements.includes(id)).length;
  const people = waits.filter(({ awaits }) => awaits === 'people').length - reviews - told;
  const parts = [
    failed.length === 0
      ? ''
      : failed.length <= 2
        ? `${failed.join(' and ')} ${failed.length === 1 ? 'fails' : 'fail'}`
        : `${numeral(failed.length)} criteria fail`,
    reviews === 0 ? '' : 'a review is missing',
    told === 0 ? '' : told === 1 ? 'nobody has announced it' : `${numeral(told)} announcements are missing`,
    people === 0 ? '' : people === 1 ? 'one person has to sign' : `${numeral(people)} people have to sign`,
    ...waits.flatMap((finding) => (finding.awaits === 'people' ? [] : [pendingClause(finding)])),
    unknown === 0 ? '' : unknown === 1 ? 'one fact is missing' : `${numeral(unknown)} facts are missing`,
  ];
  return [...new Set(parts.filter((part) => part !== ''))].join(', ');
}

function pendingClause({ id, awaits, title }: Finding): string {
  if (awaits === 'ci') return 'checks still run';
  return id === 'deploy-window' ? 'the window is closed' : (clauses[id] ?? `${title} comes too early`);
}

function asideOf(findings: readonly Finding[]): string {
  const waived = findings.filter(({ outcome }) => outcome === 'waived').length;
  const open = findings.filter((finding) => isOpen(finding) && finding.level === 'warn').length;
  const parts = [
    waived === 0 ? '' : `${numeral(waived)} set aside`,
    open === 0 ? '' : open === 1 ? 'one warning' : `${numeral(open)} warnings`,
  ];
  return parts
    .filter((part) => part !== '')
    .map((part) => `, ${part}`)
    .join('');
}

const numerals = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

function numeral(count: number): string {
  return numerals[count] ?? String(count);
}

/** The one `::error` line: what is open, and what to do about each; at most three by name. */
export function errorOf(judgement: Judgement, findings: readonly Finding[], environment: string): string {
  const closing = findings.filter(isClosing);
  const named = closing
    .slice(0, 3)
    .map((finding) => `${finding.title}: ${plain(finding.evidence)}; ${plain(finding.todo)}`);
  const more = closing.length > 3 ? ` (and ${closing.length - 3} more, see the report)` : '';
  return `The gate to ${environment} is ${judgement.verdict}: ${judgement.title}. ${named.join(' · ')}${more}`;
}

// The checklist of one gate: which criteria are asked, how much each counts, and what they found.
import type { Answers } from '../evidence/answer.ts';
import type { Question } from '../evidence/question.ts';
import { formatDuration } from '../kit/duration.ts';
import { matchWhen } from '../policy/change-facts.ts';
import type { ChecklistItem } from '../policy/parts.ts';
import { asksWord, findWord } from './attestation.ts';
import { approvalCriterion } from './criteria/approval.ts';
import { blockRedeploy, notCondemned } from './criteria/condemned.ts';
import { deployWindow } from './criteria/deploy-window.ts';
import { criteria } from './criteria/index.ts';
import { ownCriterion } from './criteria/own-evidence.ts';
import { asksSignOff, findSignOff } from './criteria/sign-off.ts';
import { notBeforeStart, standing } from './criteria/standing.ts';
import { suiteCovers } from './criteria/suite-covers.ts';
import type { Context, Criterion } from './criterion.ts';
import { type Finding, type Found, notApplicable, unknownFinding } from './finding.ts';
import type { Moment } from './moment.ts';
import { asksMigrationTexts } from './schema-change.ts';
import { titleOf } from './title.ts';

/** What the checklist judges, without the line that each criterion adds. */
export type Case = Omit<Context, 'item'>;

interface Line {
  readonly criterion: Criterion;
  readonly item: ChecklistItem;
  /** Set by the gate itself: neither `required-only` nor a level lowers it. */
  readonly fixed: boolean;
}

/** The questions of all lines that are asked at this moment; at deploy the migration files too, whose digests are recorded. */
export function asksChecklist(judged: Case, answers: Answers): readonly Question[] {
  const lines = linesOf(judged).filter((line) => skipped(line, judged) === undefined);
  const texts = judged.moment === 'deploy' ? asksMigrationTexts(judged.change) : [];
  return [
    ...texts,
    ...lines.flatMap(({ criterion, item }) => [
      ...criterion.asks({ ...judged, item }, answers),
      ...(isTimed(item) ? asksWord({}, { ...judged, item }, answers) : []),
    ]),
  ];
}

/** One finding a line, in the order of the checklist. Lines of `moment: after` and `hygiene` are no part of a gate. */
export function findings(judged: Case, answers: Answers): readonly Finding[] {
  return linesOf(judged).map((line) => {
    const found =
      skipped(line, judged) ??
      inTime(line, judged, line.criterion.finds({ ...judged, item: line.item }, answers), answers);
    return found === 'asked-at-deploy' ? laterFinding(line) : findingOf(line, judged, found);
  });
}

function linesOf(judged: Case): readonly Line[] {
  const { policy, change } = judged;
  const asked = policy.checklist.filter(({ moment }) => moment !== 'after' && moment !== 'hygiene');
  const ownWindow = policy.windows === undefined || asked.some(({ id }) => id === deployWindow.id);
  return [
    ...standing.map((criterion) => fixedLine(criterion)),
    ...(judged.plannedStart > judged.now ? [fixedLine(notBeforeStart)] : []),
    ...(ownWindow ? [] : [fixedLine(deployWindow)]),
    ...(isBlocking(policy) ? [fixedLine(blockRedeploy)] : []),
    ...asked.map((item) => ({ criterion: criterionOf(item), item, fixed: false })),
    ...(policy.smoke.covers.length > 0 ? [{ ...fixedLine(suiteCovers), fixed: false }] : []),
    ...change.approvals.map((approval) => fixedLine(approvalCriterion(approval))),
  ];
}

/** Whether the gate itself asks for the root cause of what was turned back: not where a line of the checklist does already. */
function isBlocking({ rollback, checklist }: Case['policy']): boolean {
  const { followUp } = rollback;
  return followUp.blockRedeploy === 'until-root-cause' && !checklist.some(({ id }) => id === notCondemned.id);
}

function fixedLine(criterion: Criterion): Line {
  return { criterion, item: { id: criterion.id, with: {}, level: 'required', signOff: [] }, fixed: true };
}

/** The criterion that answers a line: people who sign, evidence of its own, or what this release finds by itself. */
export function criterionOf(item: ChecklistItem): Criterion {
  const known = criteria.find(({ id }) => id === item.id);
  const title = item.title ?? known?.title ?? titleOf(item.id);
  if (item.signOff.length > 0) {
    return { id: item.id, title, moment: known?.moment ?? 'review', asks: asksSignOff, finds: findSignOff };
  }
  if (item.evidence !== undefined) return ownCriterion(item, title) ?? unaskable(item, title);
  return known === undefined ? unaskable(item, title) : { ...known, title };
}

/** Nothing in this release can answer it: unknown, with the two ways out. */
function unaskable(item: ChecklistItem, title: string): Criterion {
  const what = item.evidence === undefined ? `${item.id} by itself` : `evidence of the kind ${item.evidence.kind}`;
  return {
    id: item.id,
    title,
    moment: item.evidence?.kind === 'command' ? 'deploy' : 'review',
    asks: () => [],
    finds: () =>
      unknownFinding(
        `this release cannot ask ${what}`,
        ['let a person sign it (', { code: 'sign-off: <role>' }, ') or lower it (', { code: 'level: warn' }, ')'],
        'owner of the policy',
      ),
  };
}

/** Why a line is not asked now; undefined when it is. */
function skipped(line: Line, judged: Case): Found | 'asked-at-deploy' | undefined {
  const { when } = line.item;
  if (when !== undefined && matchWhen(when, judged.change.facts, judged.policy.areas) === undefined) {
    return notApplicable('not asked of this kind of change');
  }
  return momentOf(line) === 'deploy' && judged.moment === 'review' ? 'asked-at-deploy' : undefined;
}

function momentOf({ criterion, item }: Line): Moment {
  return item.moment === 'review' || item.moment === 'deploy' ? item.moment : criterion.moment;
}

/** Whether it must have been met so long before the start. Sign-offs keep the time themselves. */
function isTimed({ aheadMs, signOff }: ChecklistItem): boolean {
  return aheadMs !== undefined && signOff.length === 0;
}

/** A line with `ahead:` whose pass cannot tell since when is none, unless somebody's word beside it says since when. */
function inTime({ item }: Line, judged: Case, found: Found, answers: Answers): Found {
  if (!isTimed(item) || found.outcome !== 'pass') return found;
  const wants = `met ${formatDuration(item.aheadMs ?? 0)} before the start`;
  const word = found.since === undefined ? findWord({}, { ...judged, item }, answers) : found;
  if (word.outcome !== 'pass' || word.since === undefined) {
    const todo = [
      `it must be ${wants}, and nobody can tell since when it is: write `,
      { code: `.github/attestations/${item.id}.yml` },
      ', let a person sign it, or remove ',
      { code: 'ahead:' },
    ];
    return unknownFinding(found.evidence, todo);
  }
  if (word.since + (item.aheadMs ?? 0) <= judged.plannedStart) return found;
  return { outcome: 'waiting', awaits: 'time', evidence: found.evidence, todo: `it must be ${wants}: start later` };
}

function findingOf(line: Line, judged: Case, found: Found): Finding {
  const { criterion, item } = line;
  const required = isRequired(line, judged);
  const open = found.outcome === 'fail' || found.outcome === 'unknown' || found.outcome === 'waiting';
  const owed = item.level === 'required' && !required && open ? owedWords(judged) : '';
  const todo = open ? found.todo : '';
  return {
    id: criterion.id,
    title: criterion.title,
    outcome: found.outcome,
    level: item.level === 'required' && !required ? 'warn' : item.level,
    evidence: found.evidence,
    who: item.owner ?? (open ? (found.who ?? '') : ''),
    todo: owed === '' ? todo : [...(typeof todo === 'string' ? [todo] : todo), owed],
    required,
    ...(found.outcome === 'waiting' ? { awaits: found.awaits } : {}),
    ...('places' in found && found.places !== undefined ? { places: found.places } : {}),
    ...(found.outcome === 'pass' && found.warning !== undefined ? { warning: found.warning } : {}),
  };
}

function owedWords({ change }: Case): string {
  const within = change.type.owedMs === undefined ? '' : ` within ${formatDuration(change.type.owedMs)}`;
  return `; owed${within} after this ${change.type.name}`;
}

function laterFinding({ criterion, item }: Line): Finding {
  return {
    id: criterion.id,
    title: criterion.title,
    outcome: 'asked-at-deploy',
    level: item.level,
    evidence: '',
    who: item.owner ?? '',
    todo: '',
    required: false,
  };
}

function isRequired({ criterion, item, fixed }: Line, { change }: Case): boolean {
  if (fixed) return true;
  return item.level === 'required' && (change.requiredOnly?.includes(criterion.id) ?? true);
}

// Lines of `moment: hygiene`: asked between deployments, each to be found, measured or attested anew every so often.
import type { Answers } from '../../evidence/answer.ts';
import type { Question } from '../../evidence/question.ts';
import { formatDuration } from '../../kit/duration.ts';
import { formatPercent } from '../../kit/percent.ts';
import { holds, parseCondition } from '../../policy/condition.ts';
import type { ChecklistItem } from '../../policy/parts.ts';
import { type DeliveryFigures, deliveryOf } from '../../record/delivery.ts';
import { asksWord, findWord } from '../attestation.ts';
import { type Case, criterionOf } from '../checklist.ts';
import { criteria } from '../criteria/index.ts';
import type { Context } from '../criterion.ts';
import { type Found, fail, pass, unknownFinding } from '../finding.ts';
import { ago } from '../words.ts';
import { type Chore, choreOf } from './chore.ts';

/** A word that is to be renewed but does not say how often is renewed each quarter (ours, as with attestations). */
const usualEveryMs = 90 * 24 * 60 * 60 * 1000;
/** The window of figures that a line asks (reference, delivery figures: 90 days). */
const windowMs = 90 * 24 * 60 * 60 * 1000;

/** Every line of `moment: hygiene` but those about flags that hygiene/flags finds at the provider. Where it cannot, people say it like any other line. */
export function hygieneLines({ policy }: Pick<Case, 'policy'>): readonly ChecklistItem[] {
  const found = new Set(flagLinesOf(policy));
  return policy.checklist.filter(({ moment, id }) => moment === 'hygiene' && !found.has(id));
}

/** Lines that say no more than that flags are looked at, as far as the policy names who knows the flags and how long they may live. */
export function flagLinesOf({ flags }: Case['policy']): readonly string[] {
  if (flags?.provider === undefined) return [];
  return [
    'flag-not-left-disabled',
    ...(flags.maxAgeMs === undefined ? [] : ['flag-max-age']),
    ...(flags.removeAfterFullMs === undefined ? [] : ['flag-removed-after-full']),
  ];
}

/** What the lines ask. */
export function asksLines(judged: Case, answers: Answers): readonly Question[] {
  return hygieneLines(judged).flatMap((item) => {
    const context = contextOf(judged, item);
    if (isByWord(item)) return figured(item, context) === undefined ? asksWord(wordOf(item), context, answers) : [];
    return criterionOf(item).asks(context, answers);
  });
}

/** One chore a line. */
export function choresOfLines(judged: Case, answers: Answers): readonly Chore[] {
  return hygieneLines(judged).map((item) => {
    const of = {
      key: `line ${item.id}`,
      title: criterionOf(item).title,
      who: whoOf(item),
      quiet: item.level === 'info',
    };
    return choreOf(of, inTime(item, judged, foundOf(item, judged, answers)));
  });
}

function foundOf(item: ChecklistItem, judged: Case, answers: Answers): Found {
  const context = contextOf(judged, item);
  if (!isByWord(item)) return criterionOf(item).finds(context, answers);
  return figured(item, context) ?? findWord(wordOf(item), context, answers);
}

/** A pass whose evidence is older than `every:` is to be renewed. */
function inTime({ everyMs }: ChecklistItem, { now }: Case, found: Found): Found {
  if (found.outcome !== 'pass' || found.since === undefined || everyMs === undefined) return found;
  if (now - found.since <= everyMs) return found;
  const evidence = typeof found.evidence === 'string' ? [found.evidence] : found.evidence;
  return fail([...evidence, `, last ${ago(found.since, now)}`], `renew it every ${formatDuration(everyMs)}`);
}

/** Nothing finds it by itself, or roles sign it: an attestation file carries the word, reviewed as every file is. */
function isByWord(item: ChecklistItem): boolean {
  if (item.signOff.length > 0) return true;
  return item.evidence === undefined && !criteria.some(({ id }) => id === item.id);
}

function wordOf({ everyMs }: ChecklistItem) {
  return { 'max-age': everyMs ?? usualEveryMs };
}

function whoOf({ owner, signOff }: ChecklistItem): string {
  return signOff.length > 0 ? signOff.join(', ') : (owner ?? '');
}

/** What `after` criteria look at is the newest deployment that succeeded. */
function contextOf(judged: Case, item: ChecklistItem): Context {
  const { predecessor } = judged.change;
  return { ...judged, item, ...(predecessor === undefined ? {} : { deployed: predecessor }) };
}

/** Lines that the delivery figures of the last 90 days answer. */
function figured({ id, with: given }: ChecklistItem, { change, now }: Context): Found | undefined {
  const read = figureLines[id];
  if (read === undefined) return undefined;
  const figures = deliveryOf(change.history, { from: now - windowMs, to: now });
  return read(figures, (key, value) => {
    const condition = parseCondition(String(given[key] ?? ''));
    return condition === undefined ? undefined : holds(condition, value);
  });
}

type Judge = (key: string, value: number) => boolean | undefined;

const figureLines: Readonly<Record<string, (figures: DeliveryFigures, judge: Judge) => Found>> = {
  'boring-deployments': ({ uneventful }) => {
    const { n, count, share } = uneventful;
    if (share === undefined) return unknownFinding('nothing was deployed in 90 days', 'deploy');
    return pass(`${count} of ${n} deployments were uneventful (${formatPercent(share, 0)})`);
  },
  'team-safety': ({ changeFailure }, judge) => {
    const { n, count, share } = changeFailure;
    if (share === undefined) return unknownFinding('nothing was deployed in 90 days', 'deploy');
    const words = `${count} of ${n} deployments failed their users`;
    if (judge('incidents', share) !== false) return pass(words);
    return fail(words, 'make changes smaller, and look at what failed last', 'team');
  },
};

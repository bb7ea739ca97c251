// What a deployment will owe: which lines, until when, and how they are given. Shown by its gate, and kept in the gate's record for the next one.
import { formatDuration } from '../kit/duration.ts';
import type { Phrase } from '../kit/phrase.ts';
import { matchWhen } from '../policy/change-facts.ts';
import type { Effective } from '../policy/effective.ts';
import type { ChecklistItem } from '../policy/parts.ts';
import type { Evidence } from '../record/evidence.ts';
import { type Case, criterionOf } from './checklist.ts';
import { means } from './criteria/aftermath.ts';
import { howToSign } from './criteria/signed-after.ts';
import type { Owed } from './debt.ts';
import { type Finding, isOpen } from './finding.ts';
import { instant } from './words.ts';

/** The key of the gate's record that lists the ids. */
export const owedKey = 'owed';

/** What is owed by the deployment that this gate judges: its lines of `moment: after`, and what its type lets pass open for now. */
export function owedBy(judged: Case, findings: readonly Finding[]): readonly Owed[] {
  const { policy, change } = judged;
  const lines = linesAfter(policy).filter(
    ({ item }) => item.when === undefined || matchWhen(item.when, change.facts, policy.areas) !== undefined,
  );
  return [...lines, ...skipped(judged, findings)];
}

/** The same of a Deployment that is over: by the ids that its gate kept; without them by type alone, as far as that decides. */
export function owedThen(policy: Effective, type: string, kept: readonly string[] | undefined): readonly Owed[] {
  const lines = linesAfter(policy);
  if (kept === undefined) {
    const facts = { files: [], labels: [], migration: 'none', type } as const;
    return lines.filter(({ item }) => item.when === undefined || matchWhen(item.when, facts, []) !== undefined);
  }
  const withinMs = policy.types.find(({ name }) => name === type)?.owedMs;
  const others = policy.checklist.filter(({ id, moment }) => moment !== 'after' && kept.includes(id));
  return [
    ...lines.filter(({ item }) => kept.includes(item.id)),
    ...(withinMs === undefined ? [] : others.map((item): Owed => ({ item, withinMs, kind: 'skipped' }))),
  ];
}

/** Every line of `moment: after`. */
export function linesAfter(policy: Effective): readonly Owed[] {
  return policy.checklist.flatMap((item) =>
    item.moment === 'after' ? [{ item, withinMs: item.withinMs ?? 0, kind: 'line' } as const] : [],
  );
}

function skipped({ policy, change }: Case, findings: readonly Finding[]): readonly Owed[] {
  const withinMs = change.type.owedMs;
  if (withinMs === undefined || change.requiredOnly === undefined) return [];
  const open = new Set(findings.filter((one) => isOpen(one) && !one.required).map(({ id }) => id));
  return policy.checklist.flatMap((item) =>
    item.level === 'required' && item.moment !== 'after' && item.moment !== 'hygiene' && open.has(item.id)
      ? [{ item, withinMs, kind: 'skipped' } as const]
      : [],
  );
}

/** The section of the report: what is owed, until when, by whom, and how it is given. */
export function owedSection(judged: Case, owed: readonly Owed[]): Evidence['details'] {
  if (owed.length === 0) return [];
  const stages = judged.policy.plans[judged.change.plan]?.stages ?? [];
  const done = judged.plannedStart + stages.reduce((sum, { bakeMs }) => sum + bakeMs, 0);
  const rows = owed.map(({ item, withinMs }): readonly Phrase[] => [
    criterionOf(item).title,
    `${formatDuration(withinMs)} after it is done${judged.moment === 'review' ? '' : `, about ${instant(done + withinMs)}`}`,
    whoOwes(item),
    howToGive(item, judged.change.pulls[0]),
  ]);
  return [{ heading: 'Owed after this deployment', lines: [], table: [['What', 'Due', 'Who', 'How'], ...rows] }];
}

/** Who is named to give it. */
export function whoOwes({ owner, signOff }: ChecklistItem): string {
  return owner ?? (signOff.length > 0 ? signOff.join(', ') : 'anybody who may write');
}

/** What a machine finds where it can, the word of people, and what they are to look at. */
export function howToGive(
  item: ChecklistItem,
  pull: { readonly number: number; readonly url: string } | undefined,
): Phrase {
  const found = item.evidence === undefined ? means[item.id] : `by its ${item.evidence.kind}`;
  const own = found === undefined || item.signOff.length > 0 ? [] : [`${found}, or `];
  const looks = item.with['looks-at'];
  const see = Array.isArray(looks) ? [`look at ${looks.join(', ')}, then `] : [];
  const how = howToSign(item.id, pull);
  return [...own, ...see, ...(typeof how === 'string' ? [how] : how)];
}

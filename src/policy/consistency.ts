/** Sense that no shape can say: what excludes what, what needs what, what is not measured. Works on the tree, so that every fault has its line. */
import { parseDuration } from '../kit/duration.ts';
import type { Fault } from './fault.ts';
import { idOf } from './merge.ts';
import { measuredMetrics, unknownName } from './references.ts';
import { evidenceKinds } from './shape/checklist.ts';
import { child, type Found, type Place, select, type Traced, textsOf } from './traced.ts';
import type { Vocabulary } from './vocabulary-shape.ts';

/** Ids that stand twice in one list of one file (merging would hide the second), stages and watch bands too. */
export function duplicateIds(own: Traced): readonly Fault[] {
  const lists = [
    'checklist',
    'limits',
    'announce',
    'tiers.rules',
    'smoke.covers',
    'rollback.manual',
    'migrations.validate',
    'plans.*.stages',
    'plans.*.watch',
  ];
  return lists
    .flatMap((pattern) => select(own, pattern))
    .flatMap(({ path, value }) => {
      const seen = new Map<string, Place>();
      const faults: Fault[] = [];
      for (const item of value.kind === 'list' ? value.items : []) {
        const id = idOf(item);
        const first = id === undefined ? undefined : seen.get(id);
        if (id === undefined) continue;
        if (first === undefined) seen.set(id, item.at);
        else
          faults.push({
            ...item.at,
            what: `“${id}” stands twice in ${path.join('.')}, first in line ${first.line}`,
            fix: 'Keep one, or give the other an id of its own',
          });
      }
      return faults;
    });
}

/** The faults of limits: which kind, with which action, on which metric. `known` are the metrics that presets name. */
export function limitFaults(
  tree: Traced,
  path: string,
  vocabulary: Vocabulary,
): { readonly faults: readonly Fault[]; readonly warnings: readonly Fault[] } {
  const measured = measuredMetrics(tree, vocabulary);
  const faults: Fault[] = [];
  const warnings: Fault[] = [];
  const limits = select(tree, 'limits.*');
  const named = [
    ...limits,
    ...select(tree, 'metrics.shown').flatMap(asItems),
    ...select(tree, 'metrics.required').flatMap(asItems),
  ].filter(({ value }) => value.at.path !== path);
  const ofPresets = new Set(
    named.flatMap(({ value }) => textsOf(child(value, 'metric') ?? value).map(({ text }) => text)),
  );
  for (const { value } of limits) faults.push(...oneLimit(value));
  const called = [
    ...limits.flatMap(({ value }) => child(value, 'metric') ?? []),
    ...select(tree, 'metrics.required').flatMap(({ value }) => asList(value)),
  ];
  const compare = child(tree, 'compare');
  const compared = compare?.kind === 'map' ? [...compare.entries].map(([text, { key: at }]) => ({ text, at })) : [];
  for (const { text, at } of [...called.flatMap(textsOf), ...compared]) {
    if (at.path !== path || measured.has(text)) continue;
    if (ofPresets.has(text))
      warnings.push({
        ...at,
        what: `the metric “${text}” has no query: this is not measured`,
        fix: `Add metrics.queries.${text}`,
      });
    else faults.push({ ...at, ...unknownName('metric', text, [...measured, ...ofPresets], 'metrics.queries') });
  }
  return { faults, warnings };
}

function oneLimit(limit: Traced): readonly Fault[] {
  const has = (key: string) => child(limit, key) !== undefined;
  const id = idOf(limit) ?? 'this limit';
  const wrong = (what: string, fix: string): readonly Fault[] => [
    { ...limit.at, what: `the limit ${id} ${what}`, fix },
  ];
  if (has('continue') === has('breach')) {
    return wrong(
      has('breach') ? 'has both continue and breach' : 'has neither continue nor breach',
      'Write one of the two; two limits if both are meant',
    );
  }
  if (has('breach') && !has('then'))
    return wrong('has a breach without an action', 'Add then: hold, ask, rollback or page');
  if (has('continue') && has('then'))
    return wrong('has an action, but continue only holds back', 'Remove then, or write breach');
  const asks = textsOf(child(limit, 'then') ?? limit)[0]?.text === 'ask';
  if (asks && !has('within')) return wrong('asks without saying how long people have', 'Add within: 10m');
  if (!asks && (has('within') || has('otherwise')))
    return wrong('says within or otherwise, which belong to then: ask', 'Remove them, or write then: ask');
  return [];
}

/** Own criteria take exactly one kind of evidence, known ones at most one; `after` needs within, `hygiene` needs every. */
export function checklistFaults(tree: Traced, vocabulary: Vocabulary): readonly Fault[] {
  return select(tree, 'checklist.*').flatMap(({ value }) => {
    const id = idOf(value) ?? '';
    const kinds = evidenceKinds.filter((kind) => child(value, kind) !== undefined);
    const known = vocabulary.criteria.has(id) || vocabulary.catalogue.has(id);
    const moment = textsOf(child(value, 'moment') ?? { kind: 'list', at: value.at, items: [] })[0]?.text;
    const faults: Fault[] = [];
    if (kinds.length > 1)
      faults.push({
        ...value.at,
        what: `the criterion ${id} has ${kinds.length} kinds of evidence: ${kinds.join(', ')}`,
        fix: 'Keep one, and write another criterion for the other',
      });
    if (!known && kinds.length === 0 && id !== '') {
      const { what, fix } = unknownName(
        'criterion',
        id,
        [...vocabulary.criteria.keys(), ...vocabulary.catalogue.keys()],
        '',
      );
      faults.push({
        ...value.at,
        what,
        fix: `${fix === '' ? '' : `${fix} `}An own criterion says its evidence: ${evidenceKinds.join(', ')}`,
      });
    }
    if (moment === 'after' && child(value, 'within') === undefined)
      faults.push({
        ...value.at,
        what: `the criterion ${id} is owed after the deployment, but not by when`,
        fix: 'Add within: 24h',
      });
    if (moment === 'hygiene' && child(value, 'every') === undefined)
      faults.push({
        ...value.at,
        what: `the criterion ${id} is asked on a schedule, but not how often`,
        fix: 'Add every: 7d',
      });
    return faults;
  });
}

/** Queries say one thing; bakes fit; sides differ; sources exist when queries ask them. */
export function rolloutFaults(tree: Traced): readonly Fault[] {
  const queries = select(tree, 'metrics.queries.*').flatMap(({ value }) => queryFaults(value));
  const bakes = select(tree, 'plans.*.stages.*').filter(({ value }) => longer(value, 'bake', 'max-bake'));
  const sides = select(tree, 'traffic.sides').filter(({ value }) => {
    const [first, second] = textsOf(value);
    return first !== undefined && first.text === second?.text;
  });
  return [
    ...queries,
    ...bakes.map(({ value }) => ({
      ...value.at,
      what: `the stage ${idOf(value)} bakes longer than its max-bake`,
      fix: 'Raise max-bake or leave it out',
    })),
    ...sides.map(({ value }) => ({
      ...value.at,
      what: 'both sides have the same name',
      fix: 'Name them apart, such as [blue, green]',
    })),
  ];
}

function queryFaults(query: Traced): readonly Fault[] {
  const has = (key: string) => child(query, key) !== undefined;
  const forms = [has('value'), has('histogram'), has('bad') || has('good') || has('total')].filter(Boolean).length;
  const whole = !has('total') && !has('bad') && !has('good') ? true : has('total') && has('bad') !== has('good');
  if (query.kind !== 'map' || (forms === 1 && whole)) return [];
  return [{ ...query.at, what: 'a query is one of: value; bad (or good) with total; histogram', fix: 'Keep one form' }];
}

function longer(stage: Traced, first: string, second: string): boolean {
  const [a, b] = [first, second].map((key) =>
    parseDuration(textsOf(child(stage, key) ?? { kind: 'list', at: stage.at, items: [] })[0]?.text ?? ''),
  );
  return a !== undefined && b !== undefined && a > b;
}

/** Windows are local time: they need a time zone, and one that exists. */
export function timezoneFaults(tree: Traced): readonly Fault[] {
  const windows = child(tree, 'windows');
  const timezone = child(tree, 'timezone');
  const [written] = textsOf(timezone ?? { kind: 'list', at: tree.at, items: [] });
  if (written !== undefined && !isTimezone(written.text)) {
    return [
      {
        ...written.at,
        what: `there is no time zone “${written.text}”`,
        fix: 'Write a name of the IANA list, such as Europe/Berlin or UTC',
      },
    ];
  }
  if (windows === undefined || written !== undefined) return [];
  return [
    {
      ...windows.at,
      what: 'windows are local time, and the policy names no time zone',
      fix: 'Add one line to your file: timezone: Europe/Berlin',
    },
  ];
}

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function asItems(found: Found): readonly Found[] {
  return found.value.kind === 'list'
    ? found.value.items.map((value, index) => ({ path: [...found.path, index], value }))
    : [];
}

function asList(value: Traced): readonly Traced[] {
  return value.kind === 'list' ? value.items : [value];
}

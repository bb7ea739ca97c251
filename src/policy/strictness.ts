/** Whether one piece of a policy is looser than another: lists that must not shrink (or not grow), numbers, words and conditions with a direction. */
import { parseDuration } from '../kit/duration.ts';
import { parsePercent, parsePoints } from '../kit/percent.ts';
import { parseCondition } from './condition.ts';
import { isHours, looserHours } from './locked-window.ts';
import type { Loosening } from './loosening.ts';
import { idOf } from './merge.ts';
import { isCovered } from './reach.ts';
import { evidenceKinds } from './shape/checklist.ts';
import { child, mapAt, type Place, plain, type Traced } from './traced.ts';

/** Lists and maps that grant something: entries may go, none may come. */
const granting =
  /(?:^|\.)(?:overrides\.allow|overrides\.by|windows\.allow|windows\.except|roles|roles\.[^.]+|types|trusted-refs|env|ref|required-only|areas)$/;
/** Keys that, once added, make a line count less often or for less. */
const narrowing: readonly string[] = ['when', 'during', 'except', 'required-only', 'for', ...evidenceKinds];
/** Keys that an entry known by id may get without becoming looser. */
const harmless: readonly string[] = ['id', 'title', 'owner', 'ahead', 'within', 'otherwise', 'severity', 'reason'];
const idLists = /(?:^|\.)(?:checklist|limits|tiers\.rules|migrations\.validate|smoke\.covers|rollback\.manual)\.[^.]+$/;

const smaller: readonly string[] = [
  'max-age',
  'max',
  'max-bake',
  'budget',
  'total',
  'margin',
  'min-effect',
  'for',
  'within',
  'every',
  'duration',
  'lock',
  'lock-timeout',
  'owed',
  'postmortem',
  'heartbeat',
  'max-job-time',
  'alpha',
];
const larger: readonly string[] = [
  'at-least',
  'count',
  'bake',
  'min-age',
  'expand',
  'contract',
  'keep-old',
  'ahead',
  'releases',
  'warmup',
  'watch',
];

/** Words in the order of their strictness, the loosest first, by the key they stand under. */
const words: Readonly<Record<string, readonly string[]>> = {
  level: ['info', 'warn', 'required'],
  enforce: ['report', 'full'],
  otherwise: ['discouraged', 'denied', 'page', 'hold', 'ask', 'rollback'],
  grade: ['optimal', 'acceptable', 'discouraged'],
  severity: ['P3', 'P2', 'P1', 'P0'],
  // biome-ignore lint/suspicious/noThenProperty: the policy's own word, and never awaited
  then: ['page', 'hold', 'ask', 'rollback'],
  'on-failure': ['page', 'hold', 'rollback'],
  'in-flight': ['supersede', 'wait', 'close'],
  'break-glass': ['true', 'false'],
  default: ['zero', 'low', 'medium', 'high'],
  max: ['critical', 'high', 'medium', 'low', 'none'],
};
/** What holds where such a key is not written. */
const defaults: Readonly<Record<string, string>> = {
  level: 'required',
  enforce: 'full',
  'break-glass': 'false',
  'on-failure': 'rollback',
};
const ruleLevels = ['disabled', 'info', 'warn', 'error'];

/** Every way in which `above` is looser than `below`. `key` is the path of both, parted by dots. */
export function looserThan(below: Traced, above: Traced | undefined, key: string): readonly Loosening[] {
  const say = (how: string, at: Place | undefined = above?.at): readonly Loosening[] => [
    { key, below: below.at, above: at, how },
  ];
  if (above === undefined) return say('is removed');
  if (same(below, above)) return [];
  if (/(?:^|\.)when(?:\.|$)/.test(key)) return say('is changed: when a line counts stays as it is');
  if (below.kind === 'map' && above.kind === 'map') return looserMap(below, above, key);
  if (below.kind === 'list' && above.kind === 'list') return looserList(below, above, key);
  if (below.kind !== 'scalar' || above.kind !== 'scalar') return say('is changed');
  const [from, to] = [String(below.value), String(above.value)];
  const stricter = isStricter(key, from, to);
  if (stricter === true) return [];
  return say(
    stricter === false ? `goes from ${from} to ${to}` : `goes from ${from} to ${to}, which is not known to be stricter`,
  );
}

function looserMap(
  below: Traced & { kind: 'map' },
  above: Traced & { kind: 'map' },
  key: string,
): readonly Loosening[] {
  const kept = [...below.entries].flatMap(([name, entry]) =>
    name === 'id' ? [] : looserThan(entry.value, above.entries.get(name)?.value, `${key}.${name}`),
  );
  const added = [...above.entries].filter(([name]) => !below.entries.has(name));
  return [
    ...kept,
    ...added
      .filter(([name, entry]) => loosensWhenAdded(key, name, entry.value))
      .map(([name, entry]) => ({ key: `${key}.${name}`, below: below.at, above: entry.key, how: 'is added' })),
  ];
}

function loosensWhenAdded(key: string, name: string, value: Traced): boolean {
  if (granting.test(key)) return true;
  const text = value.kind === 'scalar' ? String(value.value) : '';
  const usual = defaults[name];
  if (usual !== undefined) return text !== usual;
  if (idLists.test(key) || /\.with$/.test(key)) return !harmless.includes(name);
  return narrowing.includes(name);
}

function looserList(
  below: Traced & { kind: 'list' },
  above: Traced & { kind: 'list' },
  key: string,
): readonly Loosening[] {
  if (isHours(key)) return looserHours(below, above, key);
  if (granting.test(key)) {
    const added = above.items.filter((item) => !below.items.some((other) => same(item, other)));
    return added.map((item) => ({ key, below: below.at, above: item.at, how: `gets ${nameOf(item)}` }));
  }
  const lost = below.items.flatMap((item): readonly Loosening[] => {
    const id = item.kind === 'map' || key.endsWith('checklist') ? idOf(item) : undefined;
    const kept = above.items.find((other) => (id === undefined ? same(item, other) : idOf(other) === id));
    if (kept === undefined) return [{ key, below: item.at, above: above.at, how: `lacks ${nameOf(item)}` }];
    return id === undefined ? [] : looserThan(entryOf(item), entryOf(kept), `${key}.${id}`);
  });
  const added = above.items.filter((item) => !below.items.some((other) => idOf(other) === idOf(item)));
  const lowering = key.endsWith('tiers.rules') ? added.filter((item) => isLow(child(item, 'tier'))) : [];
  return [
    ...lost,
    ...lowering.map((item) => ({ key, below: below.at, above: item.at, how: 'gets a rule for a low tier' })),
  ];
}

function isLow(tier: Traced | undefined): boolean {
  return tier?.kind === 'scalar' && (tier.value === 'zero' || tier.value === 'low');
}

/** Undefined: nobody can tell. */
function isStricter(key: string, from: string, to: string): boolean | undefined {
  const name = key.split('.').at(-1) ?? '';
  if (name === 'continue' || name === 'breach') return isStricterCondition(name, from, to);
  const order = /(?:^|\.)migrations\.rules\.[^.]+$/.test(key) ? ruleLevels : (words[name] ?? []);
  if (order.includes(from) && order.includes(to)) return order.indexOf(to) > order.indexOf(from);
  const [a, b] = [measured(from), measured(to)];
  if (a === undefined || b === undefined || a.unit !== b.unit) return undefined;
  if (smaller.includes(name) || /^max-/.test(name) || /rollback\.budget\.[^.]+$/.test(key)) return b.value <= a.value;
  return larger.includes(name) || /^(?:at-least|min)-/.test(name) ? b.value >= a.value : undefined;
}

/** Less lets a stage go on, or more stops it. Undefined: the two cannot be compared. */
export function isStricterCondition(kind: 'continue' | 'breach', from: string, to: string): boolean | undefined {
  const [a, b] = [parseCondition(from), parseCondition(to)];
  if (a === undefined || b === undefined) return undefined;
  return kind === 'continue' ? isCovered(b, a) : isCovered(a, b);
}

function measured(text: string): { readonly unit: string; readonly value: number } | undefined {
  const number = /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
  const found = [
    { unit: 'number', value: number },
    { unit: 'ms', value: parseDuration(text) },
    { unit: '%', value: parsePercent(text) },
    { unit: 'pp', value: parsePoints(text) },
  ].find(({ value }) => value !== undefined);
  return found?.value === undefined ? undefined : { unit: found.unit, value: found.value };
}

/** A bare id is an entry that says nothing more. */
function entryOf(item: Traced): Traced {
  return item.kind === 'scalar' ? mapAt(item.at, [['id', { key: item.at, value: item }]]) : item;
}

function same(a: Traced, b: Traced): boolean {
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b));
}

function nameOf(item: Traced): string {
  return idOf(item) ?? JSON.stringify(plain(item));
}

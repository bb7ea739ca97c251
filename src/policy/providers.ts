/** Blocks whose keys belong to a provider (traffic, sources, flags, announce, criteria's options), checked against the provider's own shape. */
import { z } from 'zod';
import { nearest } from '../kit/spelling.ts';
import type { Providers } from '../providers/shape.ts';
import type { Fault } from './fault.ts';
import { idOf } from './merge.ts';
import { unknownName } from './references.ts';
import { trafficKeys } from './shape/rollout.ts';
import { announceKeys, flagsKeys } from './shape/way-back.ts';
import { shapeFaults } from './shape-fault.ts';
import { child, type Entry, mapAt, select, type Traced, textsOf } from './traced.ts';
import type { Vocabulary } from './vocabulary-shape.ts';

/** Faults of what a provider has a say in and an environment may say otherwise; `tree` has its overlays laid. */
export function placeProviderFaults(tree: Traced, vocabulary: Vocabulary): readonly Fault[] {
  return [
    ...ownKeys(child(tree, 'traffic'), 'router', trafficKeys(), vocabulary.routers),
    ...select(tree, 'metrics.sources.*').flatMap(({ value }) => sourceFaults(value, vocabulary.sources)),
  ];
}

/** Faults of what a provider has a say in and the file alone says. */
export function fileProviderFaults(tree: Traced, vocabulary: Vocabulary): readonly Fault[] {
  return [
    ...ownKeys(child(tree, 'flags'), 'provider', flagsKeys(), vocabulary.flags),
    ...select(tree, 'announce.*').flatMap(({ value }) => announceFaults(value, vocabulary.notifiers)),
    ...select(tree, 'checklist.*').flatMap(({ value }) => optionFaults(value, vocabulary)),
  ];
}

/** A block with shared keys and, beside them, the keys of the provider that `key` names. */
function ownKeys(
  block: Traced | undefined,
  key: string,
  shared: readonly string[],
  providers: Providers,
): readonly Fault[] {
  if (block?.kind !== 'map') return [];
  const [named] = textsOf(child(block, key) ?? { kind: 'list', at: block.at, items: [] });
  const rest = [...block.entries].filter(([name]) => !shared.includes(name));
  if (named === undefined)
    return rest.map(([name, entry]) => ({
      ...entry.key,
      what: `unknown key “${name}”`,
      fix: keyFix(name, shared, `Name the ${key} it belongs to, or remove it`),
    }));
  const shape = providers.get(named.text)?.();
  if (shape === undefined) return [{ ...named.at, ...unknownName(key, named.text, [...providers.keys()], '') }];
  // Shared keys that the provider's shape asks for (hosts, via …) are shown to it as well.
  return shapeFaults(mapAt(block.at, [...rest, ...[...block.entries].filter(([name]) => wants(shape, name))]), shape);
}

function wants(shape: z.ZodType, name: string): boolean {
  return shape instanceof z.ZodObject && name in shape.shape;
}

function keyFix(name: string, known: readonly string[], otherwise: string): string {
  const close = nearest(name, known);
  return close === undefined ? otherwise : `Did you mean “${close}”?`;
}

function sourceFaults(source: Traced, providers: Providers): readonly Fault[] {
  if (source.kind !== 'map') return [];
  const names = [...source.entries].filter(([key]) => providers.has(key));
  const [first] = names;
  if (first !== undefined && names.length === 1) return shapeFaults(source, providers.get(first[0])?.() ?? z.unknown());
  const known = [...providers.keys()].join(', ');
  const what =
    names.length > 1
      ? `a source names one provider, not ${names.length}`
      : 'the source names no provider that is known';
  const wrong = [...source.entries.keys()][0] ?? '';
  return [{ ...source.at, what, fix: keyFix(wrong, [...providers.keys()], `Write one of: ${known}`) }];
}

function announceFaults(line: Traced, providers: Providers): readonly Fault[] {
  const others: readonly (readonly [string, Entry])[] =
    line.kind === 'map' ? [...line.entries].filter(([key]) => !announceKeys().includes(key)) : [];
  return others.flatMap(([key, entry]) => {
    const shape = providers.get(key)?.();
    if (shape !== undefined) return shapeFaults(entry.value, shape);
    const fix = keyFix(key, [...announceKeys(), ...providers.keys()], `Channels: ${[...providers.keys()].join(', ')}`);
    return [{ ...entry.key, what: `unknown key “${key}” in announce`, fix }];
  });
}

function optionFaults(criterion: Traced, vocabulary: Vocabulary): readonly Fault[] {
  const id = idOf(criterion) ?? '';
  const words = vocabulary.criteria.get(id);
  const options = child(criterion, 'with');
  if (words === undefined || options === undefined) return [];
  if (words.with !== undefined) return shapeFaults(options, words.with());
  return [{ ...options.at, what: `the criterion ${id} takes no options`, fix: 'Remove with:' }];
}

/** How a file is laid over its presets, and an environment over the file: maps by key, deeply; lists with ids by id; null removes. */
import { child, type Entry, keysOf, mapAt, type Traced } from './traced.ts';

/**
 * The lists whose entries are known by id. All others replace as a whole, the sequences `stages` and `watch` too.
 */
const listsWithIds =
  /^(?:environments\.[^.]+\.(?:legs\.[^.]+\.)?)?(?:checklist|limits|tiers\.rules|announce|smoke\.covers|rollback\.manual|migrations\.validate)$/;

/** What an environment or a leg may repeat. A null in there removes when the overlay is laid, so it outlives the merge of the files. */
const overlayKeys: ReadonlySet<string> = new Set(['traffic', 'metrics', 'smoke', 'rollback', 'enforce', 'windows']);
const inOverlay = /^environments\.[^.]+\.(?:legs\.[^.]+\.)?(?:traffic|metrics|smoke|rollback|enforce|windows)(?:\.|$)/;

type TracedMap = Traced & { readonly kind: 'map' };

/** `by-id`: entries of lists with ids merge. `replace`: a list in `over` stands alone, as over the preset that nobody asked for. */
export type ListRule = 'by-id' | 'replace';

/** `over` laid over `base`; null in `over` removes, and none stays but in overlays. */
export function merge(base: Traced | undefined, over: Traced, lists: ListRule = 'by-id', path = ''): Traced {
  if (over.kind === 'map') return mergeMaps(base?.kind === 'map' ? base : undefined, over, lists, path);
  if (over.kind !== 'list') return over;
  const items = over.items.map((item) => merge(undefined, item, lists, `${path}.-`));
  if (!listsWithIds.test(path)) return { ...over, items };
  const named = path.endsWith('limits') ? nameLimits(items, lists === 'by-id' ? base : undefined) : items;
  return base?.kind === 'list' && lists === 'by-id'
    ? mergeById(base.items, named, over, path)
    : { ...over, items: named };
}

function mergeMaps(
  base: (Traced & { kind: 'map' }) | undefined,
  over: Traced & { kind: 'map' },
  lists: ListRule,
  path: string,
): Traced {
  const entries = new Map<string, Entry>(base?.entries);
  for (const [key, entry] of over.entries) {
    const below = path === '' ? key : `${path}.${key}`;
    if (entry.value.kind === 'scalar' && entry.value.value === null && !inOverlay.test(below)) {
      entries.delete(key);
      continue;
    }
    entries.set(key, { key: entry.key, value: merge(entries.get(key)?.value, entry.value, lists, below) });
  }
  return mapAt(over.at, entries);
}

function mergeById(base: readonly Traced[], over: readonly Traced[], at: Traced, path: string): Traced {
  const items = [...base];
  for (const item of over) {
    const id = idOf(item);
    const index = id === undefined ? -1 : items.findIndex((other) => idOf(other) === id);
    if (index < 0) items.push(item);
    // A bare id changes nothing about the entry that is there.
    else if (item.kind === 'map') items[index] = merge(asMap(items[index]), item, 'by-id', `${path}.-`);
  }
  return { kind: 'list', at: at.at, items };
}

/** The id of an entry: its own text, or its key `id`. */
export function idOf(item: Traced | undefined): string | undefined {
  if (item?.kind === 'scalar') return String(item.value);
  const id = child(item, 'id');
  return id?.kind === 'scalar' ? String(id.value) : undefined;
}

function asMap(item: Traced | undefined): Traced | undefined {
  return item?.kind === 'scalar' ? mapAt(item.at, [['id', { key: item.at, value: item }]]) : item;
}

/** Gives each limit without id its name `<metric>-<continue|breach>-<n>`, counting on from those of the base. */
function nameLimits(items: readonly Traced[], base: Traced | undefined): readonly Traced[] {
  const taken = new Set([...(base?.kind === 'list' ? base.items : []), ...items].map(idOf));
  return items.map((item) => {
    const metric = child(item, 'metric');
    if (item.kind !== 'map' || idOf(item) !== undefined || metric?.kind !== 'scalar') return item;
    const stem = `${metric.value}-${item.entries.has('continue') ? 'continue' : 'breach'}`;
    let n = 1;
    while (taken.has(`${stem}-${n}`)) n += 1;
    const id = `${stem}-${n}`;
    taken.add(id);
    const value: Traced = { kind: 'scalar', at: item.at, value: id, source: id, plain: true };
    return mapAt(item.at, [['id', { key: item.at, value }], ...item.entries]);
  });
}

/** What an environment, then its leg, say differently, laid over the file, which it is where they say nothing. Keys of their own (url, needs, legs …)
 * stay where they are. */
export function overlaid(tree: Traced, environment: string, leg: string | undefined): Traced {
  return layersOf(tree, environment, leg).reduce(layer, tree);
}

/** The keys that an environment or its leg say differently, and what then stands there, with version and time zone. */
export function overlaidPart(
  tree: Traced,
  environment: string,
  leg: string | undefined,
): { readonly said: ReadonlySet<string>; readonly part: Traced } {
  const layers = layersOf(tree, environment, leg);
  const said = new Set(layers.flatMap((over) => [...over.entries.keys()]));
  return { said, part: layers.reduce(layer, partOf(tree, ['version', 'timezone', ...said])) };
}

/** The file with these keys alone. */
export function partOf(tree: Traced, keys: readonly string[]): Traced {
  if (tree.kind !== 'map') return tree;
  return mapAt(
    tree.at,
    [...tree.entries].filter(([key]) => keys.includes(key)),
  );
}

/** The environments and legs that the file declares; one place without a name when it declares none. */
export function placesOf(tree: Traced): readonly { readonly environment: string; readonly leg?: string }[] {
  const environments = keysOf(tree, 'environments');
  if (environments.length === 0) return [{ environment: '' }];
  return environments.flatMap((environment) => {
    const legs = keysOf(tree, `environments.${environment}.legs`);
    return legs.length === 0 ? [{ environment }] : legs.map((leg) => ({ environment, leg }));
  });
}

function layer(tree: Traced, over: Traced): Traced {
  return merge(tree, over);
}

/** What the environment and its leg say differently; those that do. */
function layersOf(tree: Traced, environment: string, leg: string | undefined): readonly TracedMap[] {
  const place = child(child(tree, 'environments'), environment);
  const places = leg === undefined ? [place] : [place, child(child(place, 'legs'), leg)];
  return places.flatMap((over) => {
    if (over?.kind !== 'map') return [];
    const entries = [...over.entries].filter(([key]) => overlayKeys.has(key));
    return entries.length === 0 ? [] : [{ kind: 'map', at: tree.at, entries: new Map(entries) } as const];
  });
}

/** The keys that a base of another repository locks: they may be tightened, never loosened, in no environment and by nobody above it. */
import { nearest } from '../kit/spelling.ts';
import type { Lock } from './base.ts';
import type { Fault } from './fault.ts';
import type { Loosening } from './loosening.ts';
import { idOf, overlaid, placesOf } from './merge.ts';
import { looserThan } from './strictness.ts';
import { child, type Place, placeOf, select, type Traced, textsOf } from './traced.ts';

/** One fault for each loosening, at the line that loosens, naming the line of the base too. `own` is the file itself: where a key is
 * removed, its line is there. */
export function lockedFaults(locks: readonly Lock[], tree: Traced, own: Traced): readonly Fault[] {
  return locks.flatMap((lock) =>
    [...lock.keys, ...clockOf(lock)].flatMap(({ text, at }) => {
      if (reach(lock.tree, text) === undefined) return [{ ...at, ...nothingThere(lock.tree, text) }];
      return views(lock.tree, tree).flatMap(([below, above]) => {
        const locked = reach(below, text);
        const loosened = locked === undefined ? [] : looserThan(locked, reach(above, text), text);
        return [
          ...loosened.map((one) => faultOf(one, one.above ?? removedAt(own, one.key))),
          ...owedFaults(text, below, above),
        ];
      });
    }),
  );
}

/** Locked windows lock the clock they go by, where the base names it. */
function clockOf({ tree, keys }: Lock): Lock['keys'] {
  const windows = keys.find(({ text }) => text.split('.')[0] === 'windows');
  const isNamed = child(tree, 'timezone') !== undefined && !keys.some(({ text }) => text === 'timezone');
  return windows === undefined || !isNamed ? [] : [{ text: 'timezone', at: windows.at }];
}

/** A locked criterion that is required must not become one that is owed afterwards, which `required-only` does to all that it leaves out. */
function owedFaults(key: string, below: Traced, above: Traced): readonly Fault[] {
  const [list, id] = key.split('.');
  const lines = child(below, 'checklist');
  if (list !== 'checklist' || lines?.kind !== 'list') return [];
  const required = lines.items.filter((item) => child(item, 'level') === undefined || isRequired(child(item, 'level')));
  const locked = required.filter((item) => id === undefined || idOf(item) === id);
  return ['types.*', 'tiers.apply.*', 'environments.*']
    .flatMap((place) => select(above, `${place}.required-only`))
    .flatMap(({ path, value }) => {
      const place = path.join('.');
      const [kept, granted] = [value, reach(below, place)].map((one) => one && textsOf(one).map(({ text }) => text));
      const lost = locked.filter((item) => isIn(granted, item) !== false && isIn(kept, item) === false);
      const [first] = lost;
      if (first === undefined) return [];
      const names = lost.map((item) => idOf(item) ?? '').slice(0, 3);
      const how = `leaves out ${names.join(', ')}${lost.length > 3 ? ` and ${lost.length - 3} more` : ''}`;
      return [faultOf({ key: place, below: first.at, above: value.at, how }, value.at)];
    });
}

/** Undefined where there is no list: nothing is left out then. */
function isIn(ids: readonly string[] | undefined, item: Traced): boolean | undefined {
  return ids?.includes(idOf(item) ?? '');
}

function isRequired(level: Traced | undefined): boolean {
  return level?.kind === 'scalar' && level.value === 'required';
}

/** Both files as they stand, then as each environment and leg sees them. */
function views(below: Traced, above: Traced): readonly (readonly [Traced, Traced])[] {
  const places = placesOf(above).map(
    ({ environment, leg }) => [overlaid(below, environment, leg), overlaid(above, environment, leg)] as const,
  );
  return [[below, above], ...places];
}

/** The value at a path of keys; in a list a key is the id of an entry. */
function reach(tree: Traced, path: string): Traced | undefined {
  let here: Traced | undefined = tree;
  for (const step of path.split('.')) {
    here = here?.kind === 'list' ? here.items.find((item) => idOf(item) === step) : child(here, step);
  }
  return here;
}

function faultOf({ key, below, how }: Loosening, at: Place): Fault {
  return {
    ...at,
    what: `${key} ${how}, and ${below.path}:${below.line} locks it`,
    fix: 'Keep what the base says, or make it stricter; only the base itself may loosen it',
  };
}

/** Where the file (or one of its environments) takes the key away: the null, or the nearest thing above it that is written. */
function removedAt(own: Traced, key: string): Place {
  const steps = key.split('.');
  const overlays = placesOf(own).flatMap(({ environment, leg }) => [
    ['environments', environment, ...steps],
    ...(leg === undefined ? [] : [['environments', environment, 'legs', leg, ...steps]]),
  ]);
  const written = [steps, ...overlays].find((path) => isWritten(own, path));
  return placeOf(own, written ?? steps);
}

function isWritten(own: Traced, path: readonly string[]): boolean {
  let here: Traced | undefined = own;
  for (const step of path) here = child(here, step);
  return here !== undefined;
}

function nothingThere(tree: Traced, path: string): { readonly what: string; readonly fix: string } {
  const steps = path.split('.');
  const parent = steps.length === 1 ? tree : reach(tree, steps.slice(0, -1).join('.'));
  const known = parent?.kind === 'map' ? [...parent.entries.keys()] : [];
  const close = nearest(steps.at(-1) ?? '', known);
  const what = `“${path}” is locked, and the base says nothing there`;
  return {
    what,
    fix:
      close === undefined
        ? 'Write the key in the base, or take it off the list'
        : `Did you mean “${[...steps.slice(0, -1), close].join('.')}”?`,
  };
}

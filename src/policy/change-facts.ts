// What tier, type and `when:` look at: the facts of a change as plain values, and whether a condition holds for them.
import { anyMatches } from '../kit/glob.ts';
import type { Area, When } from './parts.ts';

/** Facts of the whole range (deploy) or of the pull request (review). */
export type ChangeFacts = {
  readonly files: readonly { readonly path: string; readonly added: boolean }[];
  readonly labels: readonly string[];
  /** `unknown`: there are migration files without evidence of what they are. */
  readonly migration: 'none' | 'expand' | 'contract' | 'unknown';
  /** The deployment's type, once it is known. */
  readonly type?: string | undefined;
  /** Whether all changed code is behind a flag at 0 %; absent when nobody can tell. */
  readonly flagDisabled?: boolean | undefined;
  /** Whether nothing imports the new files; absent when nobody can tell. */
  readonly unreferenced?: boolean | undefined;
};

/** An area that the change touches: by its files, or only by a label. */
export type TouchedArea = {
  readonly name: string;
  readonly by: 'paths' | 'label';
  readonly files: readonly string[];
  readonly label?: string;
};

/** The areas the change touches, in the order of the policy. */
export function areasTouched(
  facts: Pick<ChangeFacts, 'files' | 'labels'>,
  areas: readonly Area[],
): readonly TouchedArea[] {
  return areas.flatMap((area): readonly TouchedArea[] => {
    const files = facts.files.map(({ path }) => path).filter((path) => anyMatches(area.paths, path));
    if (files.length > 0) return [{ name: area.name, by: 'paths', files }];
    const label = area.labels.find((name) => facts.labels.includes(name));
    return label === undefined ? [] : [{ name: area.name, by: 'label', files: [], label }];
  });
}

/** Why a condition holds, in words of the report, and how far it reaches. */
export type Match = {
  readonly because: readonly string[];
  /** Files the condition speaks about; undefined: the whole change. */
  readonly covers: ReadonlySet<string> | undefined;
  /** Whether a label alone is what made it hold. */
  readonly byLabel: boolean;
};

type Part = { readonly because: string; readonly covers?: readonly string[]; readonly byLabel?: boolean };

/** The match of `when`, undefined when one of its keys does not hold. An empty set of files never matches only-paths nor only-added. */
export function matchWhen(when: When, facts: ChangeFacts, areas: readonly Area[]): Match | undefined {
  const parts = [
    when.labels && labelPart(when.labels, facts),
    when.areas && areaPart(when.areas, facts, areas),
    when.paths && pathPart(when.paths, facts),
    when.onlyPaths && onlyPathPart(when.onlyPaths, facts),
    when.onlyAdded && addedPart(facts),
    when.migration && migrationPart(when.migration, facts),
    when.flag && flagPart(facts),
    when.types && typePart(when.types, facts),
  ].filter((part) => part !== undefined);
  const held = parts.filter((part) => part !== null);
  if (held.length < parts.length || held.length === 0) return undefined;
  const covers = held.flatMap((part) => (part.covers === undefined ? [] : [part.covers]));
  return {
    because: held.map((part) => part.because),
    covers: covers.length === 0 ? undefined : new Set(covers.flat()),
    byLabel: held.some((part) => part.byLabel === true),
  };
}

function labelPart(labels: readonly string[], facts: ChangeFacts): Part | null {
  const label = labels.find((name) => facts.labels.includes(name));
  return label === undefined ? null : { because: `label ${label}`, byLabel: true };
}

function areaPart(names: readonly string[], facts: ChangeFacts, areas: readonly Area[]): Part | null {
  const touched = areasTouched(facts, areas).filter(({ name }) => names.includes(name));
  if (touched.length === 0) return null;
  const because = `touches ${touched.map(({ name, label }) => (label === undefined ? name : `${name} (label ${label})`)).join(', ')}`;
  return { because, covers: touched.flatMap(({ files }) => files), byLabel: touched.every(({ by }) => by === 'label') };
}

function pathPart(globs: readonly string[], facts: ChangeFacts): Part | null {
  const files = facts.files.map(({ path }) => path).filter((path) => anyMatches(globs, path));
  return files.length === 0
    ? null
    : { because: `touches ${files[0]}${files.length > 1 ? ` and ${files.length - 1} more` : ''}`, covers: files };
}

function onlyPathPart(globs: readonly string[], facts: ChangeFacts): Part | null {
  const all = facts.files.length > 0 && facts.files.every(({ path }) => anyMatches(globs, path));
  return all ? { because: `only ${globs.join(', ')}` } : null;
}

function addedPart(facts: ChangeFacts): Part | null {
  const all = facts.files.length > 0 && facts.files.every(({ added }) => added) && facts.unreferenced === true;
  return all ? { because: 'only new files that nothing uses' } : null;
}

function migrationPart(wanted: readonly string[], facts: ChangeFacts): Part | null {
  const any = facts.migration !== 'none' && wanted.includes('any');
  if (!any && !wanted.includes(facts.migration)) return null;
  // A migration says nothing about the other files of the change.
  return { because: facts.migration === 'unknown' ? 'a migration' : `${facts.migration} migration`, covers: [] };
}

function flagPart(facts: ChangeFacts): Part | null {
  return facts.flagDisabled === true ? { because: 'all of it behind a flag at 0 %' } : null;
}

function typePart(types: readonly string[], facts: ChangeFacts): Part | null {
  return facts.type !== undefined && types.includes(facts.type) ? { because: `type ${facts.type}` } : null;
}

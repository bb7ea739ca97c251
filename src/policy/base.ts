/** What a policy stands on: presets and packs of the bundle, and one file of another repository at a full sha. */
import { nearest } from '../kit/spelling.ts';
import { duplicateIds } from './consistency.ts';
import { type Document, readDocument } from './document.ts';
import type { Fault } from './fault.ts';
import { type ListRule, merge } from './merge.ts';
import { presetTree } from './preset.ts';
import { presets } from './presets/bundle.ts';
import { child, type Place, type Traced, textsOf } from './traced.ts';

/** Where the text comes from, the text of a preset by its name (default: those of the bundle), and the texts of foreign bases by the name that
 * `extends` gives them; whoever calls has read them. */
export type Origin = {
  readonly path: string;
  readonly preset?: (name: string) => string | undefined;
  readonly bases?: ReadonlyMap<string, string>;
};

/** A file of another repository, `owner/repo//path@sha`. */
export type ForeignBase = {
  /** As `extends` writes it. */
  readonly name: string;
  readonly repository: string;
  readonly path: string;
  readonly sha: string;
  readonly at: Place;
};

/** A base that locks keys: what it says there may be tightened, never loosened. */
export type Lock = { readonly tree: Traced; readonly keys: readonly { readonly text: string; readonly at: Place }[] };

export type Bases = {
  readonly names: readonly string[];
  readonly tree: Traced | undefined;
  readonly lists: ListRule;
  readonly locks: readonly Lock[];
  readonly faults: readonly Fault[];
};

/** The preset under a file that names none. */
export const fallback = 'starter@1';

/** The bases of other repositories that a file names well: what must be read before the policy can be. Never throws. */
export function foreignBases({ tree }: Pick<Document, 'tree'>): readonly ForeignBase[] {
  const named = child(tree, 'extends');
  return textsOf(named ?? emptyAt(tree.at.path)).flatMap(({ text: name, at }) => {
    const read = name.includes('//') ? foreignOf(name, at) : undefined;
    return read === undefined || 'what' in read ? [] : [read];
  });
}

/** Everything under the file `own`, merged in the order in which it is named. */
export function basesOf(own: Traced, origin: Origin): Bases {
  const named = child(own, 'extends');
  const asked = named === undefined ? [{ text: fallback, at: own.at }] : textsOf(named);
  const layers = asked.map(({ text, at }) =>
    text.includes('//') ? foreignLayer(text, at, origin) : preset(text, at, origin),
  );
  const foreign = asked.filter(({ text }) => text.includes('//'));
  return {
    names: asked.map(({ text }) => text),
    tree: layers.map(({ tree }) => tree).reduce(stacked, undefined),
    lists: named === undefined ? 'replace' : 'by-id',
    locks: layers.flatMap(({ lock }) => (lock === undefined ? [] : [lock])),
    faults: [
      ...layers.flatMap(({ faults }) => faults),
      ...foreign.slice(1).map(({ text, at }) => ({
        ...at,
        what: `“${text}” is a second base of another repository`,
        fix: 'Keep one: a policy stands on at most one file of another repository',
      })),
    ],
  };
}

/** A file that is not empty must say its version. */
export function versionFaults(own: Traced): readonly Fault[] {
  if (child(own, 'version') !== undefined || own.kind !== 'map' || own.entries.size === 0) return [];
  return [{ ...own.at, what: '“version” is missing', fix: 'Begin with the line “version: 1”' }];
}

type Layer = { readonly tree: Traced | undefined; readonly lock?: Lock; readonly faults: readonly Fault[] };

function preset(name: string, at: Place, origin: Origin): Layer {
  const tree = origin.preset === undefined ? presetTree(name) : ownPreset(name, origin.preset(name));
  return { tree, faults: tree === undefined ? [{ ...at, ...unknownPreset(name) }] : [] };
}

function ownPreset(name: string, text: string | undefined): Traced | undefined {
  return text === undefined ? undefined : readDocument(text, `preset ${name}`).tree;
}

function foreignLayer(name: string, at: Place, origin: Origin): Layer {
  const base = foreignOf(name, at);
  if ('what' in base) return { tree: undefined, faults: [base] };
  const text = origin.bases?.get(name);
  if (text === undefined) {
    const fix = 'Read it first, or extend a preset of the bundle';
    return { tree: undefined, faults: [{ ...at, what: `the base ${shortName(base)} has not been read`, fix }] };
  }
  const own = readDocument(text, shortName(base));
  const below = child(own.tree, 'extends');
  const layers = textsOf(below ?? emptyAt(shortName(base))).map((line) =>
    line.text.includes('//') ? chained(line.text, line.at) : preset(line.text, line.at, origin),
  );
  const tree = merge(layers.map((layer) => layer.tree).reduce(stacked, undefined), own.tree);
  const locked = child(own.tree, 'locked');
  return {
    tree,
    ...(locked === undefined ? {} : { lock: { tree, keys: textsOf(locked) } }),
    faults: [
      ...own.faults,
      ...versionFaults(own.tree),
      ...duplicateIds(own.tree),
      ...layers.flatMap(({ faults }) => faults),
    ],
  };
}

function chained(name: string, at: Place): Layer {
  const what = `“${name}” is a base of another repository, under a base`;
  return {
    tree: undefined,
    faults: [{ ...at, what, fix: 'A base may stand on presets and packs of the bundle only' }],
  };
}

function stacked(below: Traced | undefined, above: Traced | undefined): Traced | undefined {
  return above === undefined ? below : merge(below, above);
}

const fullSha = /^[0-9a-f]{40}$/;

/** What stands before `//`, between it and `@`, and behind; a fault when one of them is not what it must be. */
function foreignOf(name: string, at: Place): ForeignBase | Fault {
  const match = /^([\w.-]+\/[\w.-]+)\/\/([^@]+)(?:@(.*))?$/.exec(name);
  const [, repository = '', path = '', sha = ''] = match ?? [];
  const fault = (what: string, fix: string) => ({ ...at, what: `“${name}” ${what}`, fix });
  if (match === null || path.split('/').includes('..') || path.startsWith('/')) {
    return fault('is no file of a repository', 'Write “owner/repo//path/to/base.yml@<40 hex digits of the commit>”');
  }
  if (fullSha.test(sha)) return { name, repository, path, sha, at };
  const moving = 'Write all 40 hex digits of a commit: what a branch, a tag or a short sha names can change unseen';
  if (sha === '') return fault('does not say at which commit', moving);
  return fault(/^[0-9a-f]{4,39}$/i.test(sha) ? 'has a short sha' : 'is not at a commit', moving);
}

/** The base as its faults name it: with the first 7 digits of the commit. */
export function shortName({ repository, path, sha }: Pick<ForeignBase, 'repository' | 'path' | 'sha'>): string {
  return `${repository}//${path}@${sha.slice(0, 7)}`;
}

function emptyAt(path: string): Traced {
  return { kind: 'list', at: { path, line: 1, column: 1 }, items: [] };
}

function unknownPreset(name: string): { readonly what: string; readonly fix: string } {
  const known = [...presets.keys()];
  const close = nearest(name, known) ?? known.find((each) => each.startsWith(`${name}@`));
  return {
    what: `there is no preset or pack “${name}”`,
    fix: close === undefined ? `Known: ${known.join(', ')}` : `Did you mean “${close}”?`,
  };
}

// Walks the requirements of the five processes: each is carried by a line of its preset, a step or people, with the numbers of its process, and shown by a test.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { parseDuration } from '../src/kit/duration.ts';
import { catalogue } from '../src/policy/catalogue.ts';
import { effective } from '../src/policy/effective.ts';
import { overlaid } from '../src/policy/merge.ts';
import { readPolicy } from '../src/policy/policy.ts';
import { plain } from '../src/policy/traced.ts';
import { policySchema, vocabulary } from '../src/vocabulary.ts';

const script = pathToFileURL(join(process.cwd(), '.github', 'scripts', 'coverage.mjs')).href;
const {
  actingSources,
  at,
  carriersOf,
  coverageData,
  coveragePage,
  coverageRows,
  isNamed,
  isShown,
  isStillLacking,
  presetOf,
} = await import(script);

type Tree = Record<string, unknown>;
type Expected = Record<string, unknown>;
interface Entry {
  readonly id: string;
  readonly title: string;
  readonly seeds: readonly string[];
  readonly thresholds?: readonly { readonly seed: string; readonly value: string }[];
}

interface Proof {
  readonly shows: readonly string[];
  readonly tests: readonly string[];
}

const data: { entries: readonly Entry[]; carriers: any; unbuilt: readonly any[]; proofs: readonly Proof[] } =
  coverageData();
const numbers: Record<string, Record<string, Expected>> = yaml('numbers');
const ours: Record<string, readonly string[]> = yaml('ours');
const names: readonly string[] = Object.values(presetOf);
/** Every preset and pack with numbers of a process. */
const written = [...names, ...Object.keys(ours).filter((name) => !names.includes(name))];
const trees: Record<string, Tree> = Object.fromEntries(written.map((name) => [name, loaded(name)]));
const criteria = new Set(vocabulary.criteria.keys());
const shares = data.entries.flatMap(({ id, seeds }) => seeds.map((seed) => [id, String(presetOf[seed])] as const));

describe('the catalogue', () => {
  test('has 399 requirements of five processes, the same that a checklist may name', () => {
    expect(data.entries).toHaveLength(399);
    expect(Object.fromEntries(data.entries.map(({ id, title }) => [id, title]))).toEqual(Object.fromEntries(catalogue));
    expect(names.map((name) => shares.filter(([, preset]) => preset === name).length)).toEqual([
      132, 107, 131, 256, 57,
    ]);
  });
});

describe('every requirement of every process', () => {
  test('is carried by a line of its preset, a step, or people', () => {
    const lost = shares.filter(([id, preset]) => found(id, preset).length === 0);

    expect(lost.map(([id, preset]) => `${preset}: ${id}`)).toEqual([]);
  });

  test('names only lines that the loaded preset has, and files and keys that there are', () => {
    const keys = Object.keys((policySchema() as any).properties);
    const wrong = shares.flatMap(([id, preset]) =>
      found(id, preset)
        .filter((one: any) => {
          if (one.path !== undefined) return at(trees[preset], one.path) === undefined;
          if (one.file !== undefined) return !existsSync(one.file);
          if (one.text.startsWith('repository ')) return !keys.includes(one.text.slice(11).split('.')[0]);
          return !one.open;
        })
        .map((one: any) => `${preset}: ${id}: ${one.text}`),
    );

    expect(wrong).toEqual([]);
  });

  test('no line of carriers.yml is for a requirement that its process has not', () => {
    const known = new Set(shares.map(([id, preset]) => `${preset}: ${id}`));
    const named = names.flatMap((preset) => Object.keys(data.carriers[preset]).map((id) => `${preset}: ${id}`));

    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('what shows a requirement', () => {
  const rows: readonly any[] = coverageRows({ ...data, trees, criteria });
  const texts = new Map<string, string>();
  const textOf = (file: string) => {
    const text = texts.get(file) ?? readFileSync(join('test', file), 'utf8');
    texts.set(file, text);
    return text;
  };

  test('is a test, for every requirement and all that carries it', () => {
    expect(rows.filter((row) => !isShown(row)).map(({ id, lost }) => `${id}: ${lost.join(', ')}`)).toEqual([]);
  });

  test.each([...new Set(data.proofs.flatMap(({ tests }) => tests))])('%s stands there, and is run', (proof) => {
    const [file = '', ...titles] = proof.split(' › ');

    expect(file).toMatch(/\.test\.ts$/);
    expect(titles.length).toBeGreaterThan(0);
    expect(titlesIn(textOf(file), titles)).toEqual(titles);
  });

  /** Tables whose rows are read out of the presets; preset-lines itself asks for those that it is said to show. */
  const isOfAll = (file: string) => textOf(file).includes("readFileSync(join('policies', ");

  test('is in a file that is about it: its id, the key or file that carries it, or all lines of the presets', () => {
    const strangers = rows.flatMap(({ id, shares, tests }) => {
      const words = [id, ...wordsOf(shares.flatMap((share: any) => share.carriers.map((one: any) => one.text)))];
      const files: readonly string[] = tests.map((proof: string) => proof.split(' › ')[0]);
      return files
        .filter((file) => !isOfAll(file) && !words.some((word) => textOf(file).includes(word)))
        .map((file) => `${id}: ${file}`);
    });

    expect(strangers).toEqual([]);
  });

  test('no name of proofs.yml is of nothing', () => {
    const carried = rows.flatMap(({ id, shares }) => [
      id,
      ...shares.flatMap((share: any) => share.carriers.map((one: any) => one.text)),
    ]);
    const names = data.proofs.flatMap(({ shows }) => shows);

    expect(names.filter((name) => !carried.some((text) => isNamed(name, text)))).toEqual([]);
  });

  test('is told by the most specific name, and a carrier without any is lost', () => {
    const proofs = [
      { shows: ['limits.*'], tests: ['a › any'] },
      { shows: ['limits.cpu'], tests: ['b › cpu'] },
      { shows: ['memory'], tests: ['c › own'] },
    ];
    const entry = (id: string) => ({ id, title: '', phase: '', seeds: ['000'] });
    const carriers = {
      'strict-blue-green': { heat: ['limits.cpu', 'limits.x'], memory: ['limits.x'], lone: ['smoke'] },
    };
    const made: readonly any[] = coverageRows({
      ...{ trees, criteria, carriers, unbuilt: [], proofs },
      entries: ['heat', 'memory', 'lone'].map(entry),
    });

    expect(made.map(({ tests, lost }) => [tests, lost])).toEqual([
      [['b › cpu', 'a › any'], []],
      [['c › own'], []],
      [[], ['smoke']],
    ]);
  });
});

describe('the numbers', () => {
  const pinned = Object.entries(numbers).flatMap(([id, byPreset]) =>
    Object.entries(byPreset).map(([preset, expected]) => [id, preset, expected] as const),
  );

  test.each(pinned)('of %s are in %s', (_id, preset, expected) => {
    expect(faults(trees[preset] ?? {}, expected)).toEqual([]);
  });

  test('that the catalogue gives are all accounted for', () => {
    const missing = data.entries.flatMap(({ id, thresholds = [] }) =>
      thresholds.flatMap(({ seed, value }) => {
        const preset = presetOf[seed];
        const said = figures(JSON.stringify(numbers[id]?.[preset] ?? {}));
        return figures(value)
          .filter((one) => !said.includes(one))
          .map((one) => `${preset}: ${id}: ${one} of “${value}”`);
      }),
    );

    expect(missing).toEqual([]);
  });

  test.each(written)('of %s cannot be changed without a test seeing it, but for those that are ours', (preset) => {
    const checks = pinned.filter(([, name]) => name === preset).map(([, , expected]) => expected);
    const unseen = leaves(trees[preset]).filter(({ path }) => {
      const changed = structuredClone(trees[preset] ?? {});
      change(changed, path);
      return checks.every((expected) => faults(changed, expected).length === 0);
    });

    expect(unseen.map(({ name }) => name)).toEqual(ours[preset]);
  });
});

describe('a hotfix', () => {
  test.each(names)('of %s keeps some lines, needs a person, and owes the rest within a day', (preset) => {
    const hotfix: any = at(trees[preset], 'types.hotfix');
    const checklist: readonly any[] = at(trees[preset], 'checklist');
    const asked = checklist.map((item) => item.id ?? item);

    expect(hotfix['required-only'].filter((id: string) => !asked.includes(id))).toEqual([]);
    expect(hotfix['required-only'].length).toBeGreaterThan(2);
    expect(hotfix.approvals.length).toBeGreaterThan(0);
    expect(hotfix.owed).toBe('24h');
  });
});

describe('what is not built', () => {
  test('is said in carriers.yml in the words of unbuilt.yml', () => {
    const said = names.flatMap((preset) => Object.values<readonly string[]>(data.carriers[preset]).flat());
    const open = new Set(said.filter((text) => text.startsWith('open ')));
    const known = data.unbuilt.map(({ what, room }) => `open ${room}: ${what}`);

    expect([...open].filter((text) => !known.includes(text))).toEqual([]);
  });

  test('is still not: else take it out of unbuilt.yml and write the page anew', () => {
    const sources = actingSources();

    expect(data.unbuilt.filter((lack) => !isStillLacking(lack, sources)).map(({ what }) => what)).toEqual([]);
  });
});

describe('docs/coverage.md', () => {
  const rows: readonly any[] = coverageRows({ ...data, trees, criteria });

  test('is what `node .github/scripts/coverage.mjs` writes', () => {
    expect(readFileSync(join('docs', 'coverage.md'), 'utf8')).toBe(coveragePage(rows));
  });

  test('lists 399 of 399, and says which room an open one waits for', () => {
    const open = rows.filter((row) => row.open.length > 0);
    const rooms = [...new Set<string>(open.flatMap((row) => row.open))].sort();
    const counts = rooms.map((room) => `${room} ${open.filter((row) => row.open.includes(room)).length}`);
    process.stderr.write(`coverage: ${rows.length} requirements, ${open.length} open (${counts.join(', ')})\n`);

    expect(coveragePage(rows)).toContain('399 of 399 requirements are carried; 0 of them wait');
    expect(coveragePage(rows)).toContain('399 of 399 are shown by a test.');
    expect(rooms.filter((room) => !existsSync(join('src', room)))).toEqual([]);
  });
});

function yaml(name: string): any {
  return parse(readFileSync(join('test', 'policy', `${name}.yml`), 'utf8'));
}

/** The preset as an action gets it: read with every fault, its production overlay laid. */
function loaded(name: string): Tree {
  const read = readPolicy(`version: 1\ntimezone: UTC\nextends: ${name}@1\n`, vocabulary, { path: 'policy.yml' });
  if (read.kind === 'faults') throw new Error(`${name}: ${JSON.stringify(read.faults)}`);
  expect(effective(read.policy, { environment: 'production' }).kind).toBe('effective');
  return plain(overlaid(read.policy.tree, 'production', undefined)) as Tree;
}

function found(id: string, preset: string): readonly any[] {
  return carriersOf(id, preset, { ...data, tree: trees[preset], criteria });
}

/** The titles, of which each stands as the first of several arguments of a call behind the one before; those that do not are missing. */
function titlesIn(text: string, titles: readonly string[]): readonly string[] {
  let from = 0;
  return titles.filter((title) => {
    const places = ["'", '"', '`'].flatMap((quote) => {
      const quoted = quote + title.replaceAll(quote, `\\${quote}`) + quote;
      return placesOf(text, quoted).filter((place) => {
        const isCalled = /[\w)\]`]\(\s*$/.test(text.slice(Math.max(0, place - 80), place));
        return place >= from && isCalled && text[place + quoted.length] === ',';
      });
    });
    if (places.length > 0) from = Math.min(...places);
    return places.length > 0;
  });
}

function placesOf(text: string, part: string): readonly number[] {
  const places: number[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) places.push(at);
  return places;
}

/** Words of which a test about one of the carriers uses some: keys of the policy, files and their rooms, what people and hygiene do. */
function wordsOf(carriers: readonly string[]): readonly string[] {
  return carriers.flatMap((text) => {
    if (/^(?:src|actions|docs)\//.test(text)) return [text.replace(/^.*\/|\.\w+$/g, ''), text.split('/')[1] ?? ''];
    const keys = text.replace(/^repository | \(.*\)$/g, '').split('.');
    const people = text.includes('people sign') ? ['sign-off'] : text.includes('hygiene') ? ['hygiene'] : [];
    // Targets are met or missed by the figures of delivery.
    const figures = keys[0] === 'targets' ? ['delivery'] : [];
    return [...keys.filter((key) => key !== 'checklist'), ...people, ...figures];
  });
}

/** What of `expected` the tree has otherwise. */
function faults(tree: Tree, expected: Expected): readonly string[] {
  return Object.entries(expected).flatMap(([path, value]) => {
    if (path === 'because') return [];
    const actual = at(tree, path);
    const same = path.endsWith('.stages') ? isSame(stagesOf(actual), value) : isMet(actual, value);
    return same ? [] : [`${path} is ${JSON.stringify(actual)}, not ${JSON.stringify(value)}`];
  });
}

/** Maps hold at least what is expected; of a list of maps each expected one is met by some line; everything else is equal. */
function isMet(actual: unknown, expected: unknown): boolean {
  if (Array.isArray(expected) && expected.some(isMap)) {
    const lines: readonly unknown[] = Array.isArray(actual) ? actual : [];
    return expected.every((wanted) => lines.some((line) => isMet(line, wanted)));
  }
  if (isMap(expected)) {
    return isMap(actual) && Object.entries(expected).every(([key, value]) => isMet(actual[key], value));
  }
  return isSame(actual, expected);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Equal as quantities: 60m is 1h, `> 2000ms` is `> 2s`. */
function isSame(actual: unknown, expected: unknown): boolean {
  if (Array.isArray(actual) && Array.isArray(expected)) {
    return actual.length === expected.length && actual.every((item, index) => isSame(item, expected[index]));
  }
  return quantity(actual) === quantity(expected);
}

function quantity(value: unknown): string {
  const text = String(value).replace(/\s+/g, ' ');
  return text.replace(/\d+(?:\.\d+)?(?:ms|s|m|h|d)\b/g, (written) => `${parseDuration(written) ?? written}ms`);
}

function stagesOf(stages: any): readonly string[] {
  if (!Array.isArray(stages)) return [];
  return stages.map((stage) => `${stage.weight} ${stage.bake}${stage['max-bake'] ? `..${stage['max-bake']}` : ''}`);
}

/** Every number of a text that is no part of a name: neither p95 nor P0 nor k8s. */
function figures(text: string): readonly number[] {
  return [...text.matchAll(/(?<![A-Za-z\d]|\d\.)\d+(?:\.\d+)?/g)].map(([digits]) => Number(digits));
}

interface Leaf {
  readonly path: readonly (string | number)[];
  readonly name: string;
}

/** Every value with a number in it, and how a person would call its place. */
function leaves(value: unknown, path: Leaf['path'] = [], name = ''): readonly Leaf[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => leaves(item, [...path, index], `${name}.${nameOf(item, index)}`));
  if (isMap(value))
    return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key], `${name}.${key}`));
  const key = path.at(-1);
  const isText = key === 'id' || key === 'metric' || key === 'severity' || key === 'version' || key === 'extends';
  return !isText && figures(String(value)).length > 0 ? [{ path, name: `${name.slice(1)}: ${value}` }] : [];
}

function nameOf(item: unknown, index: number): string {
  if (!isMap(item)) return String(index);
  return String(item.id ?? item.name ?? index);
}

/** Adds one to the first number at the place. */
function change(tree: any, path: Leaf['path']): void {
  const parent = path.slice(0, -1).reduce((here, key) => here[key], tree);
  const key = path.at(-1) ?? '';
  const value = parent[key];
  parent[key] =
    typeof value === 'number'
      ? value + 1
      : String(value).replace(/(?<![A-Za-z\d]|\d\.)\d+/, (digits) => String(Number(digits) + 1));
}

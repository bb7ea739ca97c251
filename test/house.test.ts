// Keeps the house of DESIGN.md: who may import whom, purity of the rooms, no cycles, size.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = process.cwd();

interface Source {
  readonly path: string;
  readonly room: string;
  readonly text: string;
  /** What it imports: paths in the repository, or package names. */
  readonly imports: readonly string[];
}

const sources = [...under('src'), ...under('actions')].map(read);
const rooms = [
  'kit',
  'providers',
  'evidence',
  'policy',
  'record',
  'checklist',
  'canary',
  'smoke',
  'migration',
  'rollback',
  'report',
  'vocabulary',
];

/** Arrows of DESIGN.md, downwards only; a room may always import itself. `world` is types alone. */
const below: Readonly<Record<string, readonly string[]>> = {
  kit: [],
  providers: ['kit'],
  evidence: ['kit'],
  policy: ['providers', 'evidence', 'kit'],
  record: ['policy', 'providers', 'evidence', 'kit'],
  migration: ['record', 'policy', 'providers', 'evidence', 'kit'],
  checklist: ['record', 'policy', 'providers', 'evidence', 'kit'],
  canary: ['record', 'policy', 'providers', 'evidence', 'kit'],
  smoke: ['record', 'policy', 'providers', 'evidence', 'kit'],
  rollback: ['migration', 'record', 'policy', 'providers', 'evidence', 'kit'],
  report: ['checklist', 'canary', 'smoke', 'rollback', 'migration', 'record', 'policy', 'providers', 'evidence', 'kit'],
  vocabulary: [
    'report',
    'checklist',
    'canary',
    'smoke',
    'rollback',
    'migration',
    'record',
    'policy',
    'providers',
    'evidence',
    'kit',
  ],
  world: ['report', 'record', 'policy', 'providers', 'evidence', 'kit'],
  io: ['world', 'providers', 'evidence', 'kit'],
  shell: ['io', 'vocabulary', 'world', 'evidence', 'kit'],
  procedure: ['world', 'inputs', ...rooms],
  inputs: ['kit', 'policy'],
  index: ['procedure', 'inputs', 'shell'],
};

describe('the house', () => {
  test('has sources to look at, in every room and behind every door', () => {
    const seen = new Set(sources.map((source) => source.room));

    for (const room of Object.keys(below)) expect(seen).toContain(room);
  });

  test.each(sources.map((source) => [source.path, source] as const))(
    '%s imports only what its room may',
    (_path, source) => {
      const wrong = source.imports.filter((target) => !mayImport(source, target));

      expect(wrong).toEqual([]);
    },
  );

  test.each(pure().map((source) => [source.path, source] as const))('%s is pure', (_path, source) => {
    const code = withoutComments(source.text);
    const impure = [
      /\bprocess\./,
      /\bDate\.now\b/,
      /\bnew Date\(\s*\)/,
      /\bMath\.random\b/,
      /\bconsole\./,
      /\bsetTimeout\b/,
      /\bfetch\(/,
    ];

    expect(impure.filter((word) => word.test(code)).map(String)).toEqual([]);
  });

  test('only index.ts does something when it is imported', () => {
    const acting = sources
      .filter((source) => /^await /m.test(withoutComments(source.text)))
      .map((source) => source.path);

    expect(acting.filter((path) => !path.endsWith('/index.ts'))).toEqual([]);
  });

  test('has no cycles', () => {
    expect(cycles()).toEqual([]);
  });

  test.each(sources.map((source) => [source.path, source] as const))('%s keeps its size', (_path, source) => {
    const limit = source.room === 'procedure' ? 120 : 250;

    expect(source.text.trimEnd().split('\n').length).toBeLessThanOrEqual(limit);
  });

  test.each(sources.map((source) => [source.path, source] as const))(
    '%s begins with a sentence on what it is for',
    (_path, source) => {
      const first = source.text.split('\n')[0] ?? '';

      expect(first).toMatch(/^(\/\/ |\/\*\* ).{20,}/);
    },
  );

  test('has no unfinished marks, and no default exports, enums, or casts in the pure rooms', () => {
    const marks = sources.filter((source) =>
      /\b(TODO|FIXME|XXX|[Nn]ot implemented|NotImplemented)\b/.test(source.text),
    );
    const casts = sources.filter(
      (source) => source.room !== 'io' && /[\w)\]}] as (?!const\b)[A-Za-z{[(]/.test(withoutImports(source.text)),
    );
    const words = sources.filter((source) => /^export default |^(export )?(const )?enum /m.test(source.text));

    expect([...marks, ...casts, ...words].map((source) => source.path)).toEqual([]);
  });

  test('keeps the decisions apart from the world: at most 35 % of the lines touch it', () => {
    const lines = (list: readonly Source[]) => list.reduce((sum, source) => sum + source.text.split('\n').length, 0);

    expect(
      lines(sources.filter((source) => ['io', 'shell'].includes(source.room))) / lines(sources),
    ).toBeLessThanOrEqual(0.35);
  });
});

function under(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return under(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}

function read(path: string): Source {
  const text = readFileSync(join(root, path), 'utf8');
  const imports = [...withoutComments(text).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => {
    const target = match[1] ?? '';
    return target.startsWith('.') ? relative(root, resolve(root, dirname(path), target)) : target;
  });
  return { path, room: roomOf(path), text, imports };
}

function roomOf(path: string): string {
  const parts = path.split('/');
  if (parts[0] === 'actions') {
    const file = parts[2] ?? '';
    if (file === 'index.ts') return 'index';
    return file === 'inputs.ts' ? 'inputs' : 'procedure';
  }
  return parts.length === 2 ? (parts[1] ?? '').replace(/\.ts$/, '') : (parts[1] ?? '');
}

function mayImport(source: Source, target: string): boolean {
  const inside = target.startsWith('src/') || target.startsWith('actions/');
  if (!inside) return mayUsePackage(source, target);
  const room = roomOf(target);
  if (source.path.startsWith('actions/') && target.startsWith('actions/') && dirname(source.path) !== dirname(target))
    return false;
  return room === source.room || (below[source.room] ?? []).includes(room);
}

function mayUsePackage(source: Source, target: string): boolean {
  if (['io', 'shell'].includes(source.room)) return true;
  return (
    !target.startsWith('node:') && !target.startsWith('@actions/') && !target.startsWith('@octokit/') && target !== 'pg'
  );
}

function pure(): readonly Source[] {
  return sources.filter((source) => !['io', 'shell', 'index'].includes(source.room));
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}

/** The code without comments, imports and texts: what is left of `as` is a cast. */
function withoutImports(text: string): string {
  const bare = withoutComments(text).replace(/^(import|export)\b[^;]*? from '[^']*';/gm, '');
  return bare.replace(
    /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\/(?![/*])(?:[^/\\\n]|\\.)+\/[a-z]*/g,
    "''",
  );
}

function cycles(): readonly string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) {
      found.push([...way.slice(way.indexOf(path)), path].join(' -> '));
      return;
    }
    if (done.has(path)) return;
    for (const next of byPath.get(path)?.imports ?? []) if (byPath.has(next)) visit(next, [...way, path]);
    done.add(path);
  };
  for (const source of sources) visit(source.path, []);
  return found;
}

// Tests the testers: on a copy of the tree that one careless edit has spoiled, the suite and .ci/run must fail, and name the spot.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { neighbour } from './world/neighbour.ts';

const folder = mkdtempSync(join(tmpdir(), 'boring-mutation-'));
const needed = [
  ...['src', 'actions', '.github/scripts', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'],
  ...['jest.config.js', 'test'],
];
/** The tests that are to notice. */
const guards = ['test/house.test.ts', 'test/contract.test.ts', 'test/dist/fresh.test.ts'];

interface Edit {
  readonly path: string;
  readonly from: string;
  readonly to: string;
}

/** The edits, all made on one copy: each of them has to show by itself. */
const edits: readonly Edit[] = [
  { path: 'actions/rollback/action.yml', from: '  severity:', to: '  urgency:' },
  {
    path: 'src/rollback/guard.ts',
    from: '\n',
    to: "\nimport { clock } from '../io/clock.ts';\nexport const now = clock;\n",
  },
];

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy whose dist is fresh, whatever the state of the tree itself: its own test tells that. */
async function copyOfTree(name: string): Promise<string> {
  const copy = join(folder, name);
  for (const path of needed) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(path, join(copy, path), { recursive: true });
  }
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
  mkdirSync(join(copy, 'dist'));
  for (const entry of readdirSync('dist')) {
    if (entry !== 'sources.sha256') symlinkSync(resolve('dist', entry), join(copy, 'dist', entry));
  }
  const { sourcesDigest } = await import(pathToFileURL(resolve('.github', 'scripts', 'sources.mjs')).href);
  writeFileSync(join(copy, 'dist', 'sources.sha256'), `${sourcesDigest(copy)}\n`);
  return copy;
}

/** The copy, with the first place of `from` in each file changed. */
function spoiled(copy: string, changes: readonly Edit[]): string {
  for (const { path, from, to } of changes) {
    const text = readFileSync(join(copy, path), 'utf8');
    if (!text.includes(from))
      throw new Error(`${path} holds no ${JSON.stringify(from)}: this test has to change with it`);
    writeFileSync(join(copy, path), text.replace(from, to));
  }
  return copy;
}

/** Full names of the tests that failed in a copy; an empty list when all passed. */
function failuresIn(copy: string): readonly string[] {
  const file = join(copy, 'results.json');
  const jest = join('node_modules', 'jest', 'bin', 'jest.js');
  const words = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    jest,
    '--json',
    `--outputFile=${file}`,
  ];
  const ran = spawnSync(process.execPath, [...words, '--runInBand', '--runTestsByPath', ...guards], {
    cwd: copy,
    encoding: 'utf8',
  });
  if (!existsSync(file)) throw new Error(`The copy's tests did not start:\n${ran.stdout}\n${ran.stderr}`);
  const result = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly numPassedTests: number;
    readonly testResults: readonly { readonly assertionResults: readonly { fullName: string; status: string }[] }[];
  };
  if (result.numPassedTests === 0) throw new Error(`No test ran in the copy:\n${ran.stderr}`);
  const failed = result.testResults
    .flatMap((suite) => suite.assertionResults)
    .filter(({ status }) => status === 'failed');
  expect(ran.status).toBe(failed.length === 0 ? 0 : 1);
  return failed.map(({ fullName }) => fullName);
}

describe('a tree that one edit has spoiled', () => {
  let failed: readonly string[] = [];
  beforeAll(async () => {
    failed = failuresIn(spoiled(await copyOfTree('spoiled'), edits));
  });

  test('unspoiled passes: what follows is the edit’s doing', async () => {
    expect(failuresIn(await copyOfTree('whole'))).toEqual([]);
  });

  test('fails when an input is renamed on one side only', () => {
    expect(failed).toContain('rollback declares in action.yml the inputs and outputs that the code reads and sets');
    expect(failed).not.toContain('migrate declares in action.yml the inputs and outputs that the code reads and sets');
  });

  test('fails when a room imports io', () => {
    expect(failed).toContain('the house src/rollback/guard.ts imports only what its room may');
    expect(failed).not.toContain('the house src/rollback/way.ts imports only what its room may');
  });

  test('fails when a source is newer than its bundle', () => {
    expect(failed).toContain('dist was built from these sources: if not, run "npm run build"');
  });
});

neighbour('diff', spawnSync('diff', ['--version']).error === undefined)('.ci/run', () => {
  /** The line of the script that compares dist with what the sources build, run on two given folders. */
  function compared(committed: string, built: string): number | null {
    const line = readFileSync('.ci/run', 'utf8')
      .split('\n')
      .find((one) => one.startsWith('diff -r dist "$built/dist"'));
    if (line === undefined)
      throw new Error('.ci/run compares dist no more, or in other words: this test has to change with it');
    return spawnSync('bash', ['-euo', 'pipefail', '-c', line], { cwd: committed, env: { ...process.env, built } })
      .status;
  }

  test('fails when a byte of dist is changed', () => {
    const [committed, built] = [join(folder, 'committed'), join(folder, 'built')];
    for (const place of [committed, built]) {
      mkdirSync(join(place, 'dist'), { recursive: true });
      cpSync(join('dist', 'rollback'), join(place, 'dist', 'rollback'), { recursive: true });
    }
    expect(compared(committed, built)).toBe(0);

    const bundle = join(committed, 'dist', 'rollback', 'index.js');
    const bytes = readFileSync(bundle);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(bundle, bytes);

    expect(compared(committed, built)).toBe(1);
  });
});

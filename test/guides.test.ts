// Everything that a reader copies or clicks: each block of YAML in the guides is what its reader takes, each link and anchor leads somewhere.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { formatFault } from '../src/policy/fault.ts';
import { readPolicy } from '../src/policy/policy.ts';
import { loadedSuite } from '../src/smoke/suite.ts';
import { vocabulary } from '../src/vocabulary.ts';
import { accessOf, lacking } from './world/access.ts';
import { faultsOf } from './world/language.ts';

const folder = (place: string, ends: string) =>
  readdirSync(place)
    .filter((name) => name.endsWith(ends))
    .map((name) => join(place, name));
const actions = readdirSync('actions');
const pages = [
  ...['README.md', 'CHANGELOG.md', 'SECURITY.md', '.github/CONTRIBUTING.md'],
  ...folder('docs', '.md'),
  ...folder('.github/adr', '.md'),
  ...actions.map((name) => join('actions', name, 'README.md')),
];
const blocks = pages.flatMap((page) =>
  [...readFileSync(page, 'utf8').matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map((match) => {
    const text = match[1] ?? '';
    const line = readFileSync(page, 'utf8').slice(0, match.index).split('\n').length;
    return { place: `${page}:${line}`, text, kind: kindOf(text) };
  }),
);

/** What a block is by its keys; the rest of the policy's keys stand alone in many guides. */
function kindOf(
  text: string,
): 'workflow' | 'job' | 'steps' | 'suite' | 'checks' | 'validations' | 'word' | 'flagged' | 'policy' {
  const [first = ''] = text.split('\n');
  if (first.startsWith('# .github/attestations/')) return 'word';
  if (first === '# .github/flagged-code.yml') return 'flagged';
  const read = parse(text);
  if (Array.isArray(read)) return read.some((entry) => entry.uses !== undefined) ? 'steps' : 'checks';
  const keys = Object.keys(read);
  if (keys.includes('jobs')) return 'workflow';
  if (keys.includes('steps')) return 'job';
  if (keys.includes('checks')) return 'suite';
  return keys.join() === 'validate' ? 'validations' : 'policy';
}

const indent = (text: string, by: string) => text.replace(/^(?=.)/gm, by);

/** The block as the whole workflow that somebody makes of it. */
function workflowOf({ kind, text }: { readonly kind: string; readonly text: string }): string {
  const head = 'on: push\njobs:\n  one:\n    runs-on: ubuntu-latest\n';
  if (kind === 'steps') return `${head}    steps:\n${indent(text, '      ')}`;
  return kind === 'job' ? `${head}${indent(text, '    ')}` : text;
}

const of = (...kinds: readonly string[]) =>
  blocks.filter(({ kind }) => kinds.includes(kind)).map((block) => [block.place, block] as const);

/** An excerpt repeats neither the people of a preset nor the alert manager that wakes the caretaker of long plans. */
function concerns(fault: string): boolean {
  return !/nobody holds the roles|Let your alert manager wake/.test(fault);
}

describe('the blocks of the guides', () => {
  test.each(of('workflow', 'job', 'steps'))(
    '%s is what GitHub accepts, with inputs that exist',
    async (place, block) => {
      expect(await faultsOf(place, workflowOf(block))).toEqual([]);
    },
  );

  test.each(of('workflow', 'job'))('%s has the permissions that its actions need', (_place, block) => {
    expect(lacking(parse(workflowOf(block)))).toEqual([]);
  });

  test.each(of('policy', 'validations'))('%s is what the policy takes, without a warning', (_place, { kind, text }) => {
    const whole = kind === 'validations' ? `migrations:\n${indent(text, '  ')}` : text;
    const read = readPolicy(/^version:/m.test(whole) ? whole : `version: 1\n${whole}`, vocabulary, { path: 'p.yml' });

    expect((read.kind === 'policy' ? read.warnings() : read.faults).map(formatFault).filter(concerns)).toEqual([]);
  });

  test.each(of('suite', 'checks'))('%s is what smoke-test takes', async (_place, { kind, text }) => {
    const suite = await loadedSuite(kind === 'checks' ? `version: 1\nchecks:\n${text}` : text, 'smoke.yml');

    expect(suite.checks.length).toBeGreaterThan(0);
  });

  test('name our actions by owner and release tag', () => {
    const uses = blocks.flatMap(({ text }) =>
      [...text.matchAll(/uses: (\S*boring-deploys\S*)/g)].map((match) => match[1]),
    );

    expect(uses.length).toBeGreaterThan(10);
    expect(uses.filter((one) => !one?.startsWith('boring-deploys/boring-deploys/') || !one.endsWith('@v1'))).toEqual(
      [],
    );
  });
});

describe('the examples', () => {
  test.each(folder('docs/examples', '.yml'))('%s has the permissions that its actions need', (path) => {
    expect(lacking(parse(readFileSync(path, 'utf8')))).toEqual([]);
  });

  test('lack what is taken away', () => {
    const text = readFileSync('docs/examples/rollback.yml', 'utf8');

    expect(lacking(parse(text.replace('deployments: write', 'deployments: read')))).toEqual([
      'rollback: rollback needs deployments: write',
    ]);
  });

  test('need nothing that the page of the action does not name', () => {
    for (const name of actions) {
      const page = readFileSync(join('actions', name, 'README.md'), 'utf8');
      for (const [permission, level] of accessOf(name)) expect(page).toMatch(new RegExp(`\`${permission}: ${level}\``));
    }
  });
});

describe('the links of', () => {
  test.each(pages)('%s lead somewhere', (page) => {
    expect(brokenIn(page)).toEqual([]);
  });

  test('a page that is not there, and an anchor without its heading, are told', () => {
    expect(anchorsOf('## A `word`, a second: three\n## Twice\n## Twice\n')).toEqual(
      new Set(['a-word-a-second-three', 'twice', 'twice-1']),
    );
    expect(leadsSomewhere('README.md', 'docs/nowhere.md')).toBe(false);
    expect(leadsSomewhere('README.md', 'docs/policy.md#nowhere')).toBe(false);
    expect(leadsSomewhere('README.md', 'docs/policy.md#hours')).toBe(true);
  });
});

test.each(pages)('the tables of %s are whole: no row stands apart from its head', (page) => {
  const text = readFileSync(page, 'utf8').replace(/^```[\s\S]*?^```/gm, '');
  const starts = [...text.matchAll(/(?<=^(?!\|).*\n)\|.*\n(.*)/gm)];

  expect(starts.filter(([, next = '']) => !/^\|[-:| ]+\|$/.test(next)).map(([row]) => row)).toEqual([]);
});

function brokenIn(page: string): readonly string[] {
  const text = readFileSync(page, 'utf8').replace(/^```[\s\S]*?^```/gm, '');
  const targets = [...text.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map((match) => match[1] ?? '');
  return targets.filter((target) => !leadsSomewhere(page, target));
}

function leadsSomewhere(page: string, target: string): boolean {
  const [path = '', anchor = ''] = target.split('#');
  const file = path === '' ? page : join(dirname(page), path);
  if (!existsSync(file)) return false;
  return anchor === '' || anchorsOf(readFileSync(file, 'utf8')).has(anchor);
}

/** Anchors as GitHub makes them: lower case, punctuation gone, spaces to hyphens, a number for what comes again. */
function anchorsOf(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const headings = text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#{1,6} (.+)$/gm);
  const anchors = [...headings].map((match) => {
    const plain = (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    const times = seen.get(plain) ?? 0;
    seen.set(plain, times + 1);
    return times === 0 ? plain : `${plain}-${times}`;
  });
  return new Set(anchors);
}

test('docs/announcements.md names every channel', () => {
  const guide = readFileSync('docs/announcements.md', 'utf8');

  for (const channel of vocabulary.notifiers.keys()) expect(guide).toContain(`| \`${channel}\` |`);
});

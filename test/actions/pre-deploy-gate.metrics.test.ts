// mode: metrics through the procedure: the figures of the records, the policy's targets, the badges.
import { describe, expect, test } from '@jest/globals';
import type { Inputs } from '../../actions/pre-deploy-gate/inputs.ts';
import { step } from '../../actions/pre-deploy-gate/pre-deploy-gate.ts';
import { plain } from '../../src/kit/phrase.ts';
import { pages } from '../../src/vocabulary.ts';
import { aCommit, aComparison, aDeployment, aStatus, deployStory, minute, noon } from '../checklist/story.ts';
import type { MemoryWorld } from '../world/memory/world.ts';
import { given as someGiven } from './gate.ts';

const day = 24 * 60 * minute;
const policy = `version: 1
targets:
  deployment-frequency: {target: daily, acceptable: weekly}
  lead-time: "< 1d"
  change-failure-rate: "< 15 %"
  availability: "> 99.9 %"
`;

function given(some: Readonly<Record<string, string>> = {}): Inputs {
  return someGiven({ mode: 'metrics', ...some });
}

const shaNo = (n: number) => n.toString(16).padStart(40, '0');

/** Twelve deployments, one a week, the last yesterday; each brings one commit six hours old. */
function twelveWeeks(text = policy): MemoryWorld {
  const world = deployStory({ policy: text });
  const { github } = world;
  github.deployments = Array.from({ length: 12 }, (_, index) => {
    const at = noon - day - (11 - index) * 7 * day;
    const statuses = [
      aStatus('in_progress', 'gate open: tier medium, plan canary', at),
      aStatus('success', 'canary complete: blue 100 %', at + 10 * minute),
    ];
    const commits = [aCommit({ sha: shaNo(index), committedAt: at + 10 * minute - 6 * 60 * minute })];
    github.comparisons.set(`${shaNo(index - 1)}...${shaNo(index)}`, aComparison({ head: shaNo(index), commits }));
    return aDeployment({ id: 8001 + index, sha: shaNo(index), createdAt: at, statuses });
  });
  return world;
}

type Figure = {
  readonly id: string;
  readonly n: number;
  readonly words: string;
  readonly attained: string;
  readonly tier?: string;
};

async function figuresOf(world: MemoryWorld) {
  const outcome = await step(world, given());
  const { figures, ...result } = outcome.result as {
    figures: readonly Figure[];
    badges: Record<string, string>;
    notes: string[];
  };
  return { outcome, result, figure: (id: string) => figures.find((one) => one.id === id) };
}

describe('mode: metrics', () => {
  test('reports the figures with n, targets and 2024 tiers', async () => {
    const { outcome, figure } = await figuresOf(twelveWeeks());

    expect(outcome).toMatchObject({ verdict: 'reported', exit: 0, evidence: undefined, silent: false });
    expect(figure('deployment-frequency')).toMatchObject({ n: 12, attained: 'acceptable', tier: 'high' });
    expect(figure('lead-time')).toMatchObject({ n: 11, words: '6 h', attained: 'met', tier: 'elite' });
    expect(figure('change-failure-rate')).toMatchObject({ n: 12, words: '0 %, 0 of 12', attained: 'met' });
    expect(figure('recovery-time')).toMatchObject({ n: 0, words: '–', tier: 'too few' });
  });

  test('says which targets no record tells', async () => {
    const { result } = await figuresOf(twelveWeeks());

    expect(result.notes).toContain('Not told by records: availability.');
  });

  test('shows a page with pictures and their numbers', async () => {
    const { outcome } = await figuresOf(twelveWeeks());
    const page = outcome.table === undefined ? '' : pages.table(outcome.table, []);

    expect(page).toContain('Delivery of production: the last 78 days');
    expect(page).toMatch(/\| Deployment frequency \|.*[▁-█]{12} last \d+, most \d+ \|/);
    expect(outcome.table?.head).toContain('2024 tier');
  });

  test('counts a deployment that an incident issue names as failed', async () => {
    const world = twelveWeeks();
    world.github.issues = [
      {
        ...{ number: 491, title: 'Errors', body: 'deployment 8005', author: { login: 'alice', bot: false } },
        ...{
          labels: ['incident'],
          open: true,
          createdAt: noon,
          url: 'https://github.example/octo-org/shop/issues/491',
        },
      },
    ];

    expect((await figuresOf(world)).figure('change-failure-rate')?.words).toBe('8.3 %, 1 of 12');
  });

  test('writes a badge for each figure, coloured by its target', async () => {
    const world = twelveWeeks();
    const written = new Map<string, string>();
    const write = async (name: string, text: string) => {
      written.set(name, text);
      return `/tmp/${name}`;
    };
    const outcome = await step({ ...world, files: { ...world.files, write } }, given());
    const { badges } = outcome.result as { badges: Record<string, string> };

    expect(badges['lead-time']).toBe('/tmp/badge-production-lead-time.json');
    expect(JSON.parse(written.get('badge-production-lead-time.json') ?? '')).toEqual({
      schemaVersion: 1,
      label: 'lead time for changes',
      message: '6 h',
      color: 'brightgreen',
    });
  });

  test.each([
    ['a unit', 'unit: web\n', 'production', 'badge-production-web-lead-time.json'],
    ['an environment in a path', '', 'eu/production', 'badge-eu-production-lead-time.json'],
  ])('names the badge of %s for itself, as one file in the folder', async (_of, line, environment, name) => {
    const world = twelveWeeks(`${policy}${line}`);

    const { result } = (await step(world, given({ environment }))) as { result: { badges: Record<string, string> } };

    expect(result.badges['lead-time']).toBe(`/tmp/${name}`);
  });

  test('writes a badge for a figure without any number, grey, and none for the figure of one type', async () => {
    const world = deployStory({ policy: 'version: 1\ntargets: {lead-time: {hotfix: "< 2h"}}\n' });
    world.github.deployments = [];
    const written = new Map<string, string>();
    const write = async (name: string, text: string) => {
      written.set(name, text);
      return name;
    };

    await step({ ...world, files: { ...world.files, write } }, given());

    const badges = [...written].filter(([name]) => name.startsWith('badge-'));
    expect(badges.length).toBe(12);
    expect(JSON.parse(written.get('badge-production-lead-time.json') ?? '')).toMatchObject({
      label: 'lead time for changes',
      message: '–',
      color: 'lightgrey',
    });
  });

  test('judges by type where the target does', async () => {
    const { figure, outcome } = await figuresOf(
      twelveWeeks('version: 1\ntargets: {lead-time: {standard: "< 1h", hotfix: "< 2h"}}\n'),
    );
    const titles = outcome.table?.rows.map((row) => [plain(row[0] ?? ''), plain(row[5] ?? '')]);

    expect(figure('lead-time')?.attained).toBe('no target');
    expect(titles).toContainEqual(['Lead time for changes, standard', 'missed']);
    expect(titles).toContainEqual(['Lead time for changes, hotfix', 'too few']);
  });

  test('needs nobody: without issues and comparisons it says so and reports the rest', async () => {
    const world = twelveWeeks();
    for (const kind of ['issues', 'comparison'])
      world.github.silent.set(kind, { kind: 'unknown', because: 'the token lacks it', remedy: 'add it' });
    const { figure, result } = await figuresOf(world);

    expect(figure('deployment-frequency')?.n).toBe(12);
    expect(figure('lead-time')).toMatchObject({ n: 0, words: '–' });
    expect(result.notes.join(' ')).toMatch(/11 pairs could not be compared\..*Incident issues were not read/);
  });

  test('may be asked under dry-run, and of a repository without any deployment', async () => {
    const world = deployStory({ policy });
    world.github.deployments = [];

    const outcome = await step(world, given({ 'dry-run': 'true' }));

    expect(outcome.verdict).toBe('reported');
    expect(outcome.table?.rows.map((row) => row[3])).toEqual(expect.arrayContaining(['0']));
  });
});

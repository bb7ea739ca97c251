// What the presets owe later: lines that people sign after a deployment, and lines that are looked after again and again.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { step } from '../../actions/pre-deploy-gate/pre-deploy-gate.ts';
import type { CommentFact } from '../../src/evidence/fact.ts';
import { parseDuration } from '../../src/kit/duration.ts';
import { plain } from '../../src/kit/phrase.ts';
import { given } from '../actions/gate.ts';
import { aComparison, aDeployment, aPull, aStatus, deployStory, files, minute, noon, sha } from './story.ts';

const names = ['strict-blue-green', 'rolling-baseline', 'standard-sop', 'production-checklist', 'risk-tiered'];
const hour = 60 * minute;
const day = 24 * hour;

interface Line {
  readonly id: string;
  readonly 'sign-off'?: string | readonly string[];
  readonly moment?: string;
  readonly within?: string;
  readonly every?: string;
  readonly level?: string;
  readonly when?: unknown;
  readonly with?: { readonly times?: number };
}

function linesOf(name: string, is: (line: Line) => boolean) {
  const lines: readonly (string | Line)[] = parse(readFileSync(join('policies', `${name}.yml`), 'utf8')).checklist;
  const whole = lines.map((line) => (typeof line === 'string' ? { id: line } : line));
  return whole.filter(is).map((line) => [name, line.id, line] as const);
}

const rolesOf = (line: Line): readonly string[] => [line['sign-off'] ?? []].flat();
const policyOf = (line: Line, more = 'extends: []') => {
  const roles = Object.fromEntries(rolesOf(line).map((role) => [role, [`p-${role}`]]));
  return `version: 1\ntimezone: UTC\n${more}\nroles: ${JSON.stringify(roles)}\nchecklist: [${JSON.stringify(line)}]\n`;
};

/** The row that the next gate has for what v1.7.4 owes, when it was done so long ago and these people wrote so on its pull request. */
async function owed(line: Line, doneAgo: number, said: readonly (readonly [login: string, at: number])[]) {
  const world = deployStory({ policy: policyOf(line) });
  const { github } = world;
  const doneAt = noon - doneAgo;
  const statuses = [aStatus('in_progress', 'gate open: tier medium, plan direct', doneAt - hour)];
  github.deployments = [
    aDeployment({
      ...{ id: 8001, sha: sha('b'), createdAt: doneAt - hour, payload: { tree: sha('6') } },
      statuses: [...statuses, aStatus('success', 'finished', doneAt)],
    }),
  ];
  github.pulls.set(470, aPull({ number: 470, mergedAt: doneAt - 2 * hour }));
  github.comparisons.set(`${sha('b')}...${sha('f')}`, aComparison({ head: sha('f'), files: files('src/shop.ts') }));
  const body = `/signoff ${line.id}`;
  const comments = said.map(([login, createdAt], id): CommentFact => {
    const author = { login, bot: false };
    return { id, author, body, createdAt, edited: false, url: 'https://github.example/octo-org/shop/pull/470#1' };
  });
  github.comments.set(470, comments);
  const { evidence } = await step(world, given());
  return evidence?.rows.find(({ id }) => id === `owed-8001-${line.id}`);
}

describe('a line that people sign after a deployment', () => {
  const rows = names.flatMap((name) => linesOf(name, (line) => line.moment === 'after' && rolesOf(line).length > 0));

  test.each(rows)('%s: %s is asked of its roles when its time is over, and settled by them alone', async (...row) => {
    const [, id, line] = row;
    const within = parseDuration(line.within ?? '') ?? 0;
    const doneAgo = within + 12 * hour;
    const begun = noon - doneAgo;
    // Rounds are made in as many parts of the day; all others sign once.
    const rounds = Array.from({ length: line.with?.times ?? 1 }, (_, index) => begun + 30 * minute + index * 6 * hour);
    const sign = (people: readonly string[]) => people.flatMap((login) => rounds.map((at) => [login, at] as const));
    const holders = rolesOf(line).map((role) => `p-${role}`);
    const open = await owed(line, doneAgo, []);

    expect(open).toMatchObject({ outcome: 'warn', who: rolesOf(line).join(', ') });
    expect(plain(open?.todo ?? '')).toContain(`/signoff ${id}`);
    expect(await owed(line, within, [])).toBeUndefined();
    expect(await owed(line, doneAgo, sign(['alice', 'mallory']))).toMatchObject({ outcome: 'warn' });
    expect(await owed(line, doneAgo, sign(holders))).toBeUndefined();
  });
});

describe('a line of hygiene', () => {
  /** Lines that records and flag providers answer. */
  const isFound = ['flag-not-left-disabled', 'flag-removed-after-full', 'deployment-metrics-tracked'];
  const rows = names.flatMap((name) =>
    linesOf(name, (line) => line.moment === 'hygiene' && !isFound.includes(line.id)),
  );

  /** How many of the one line are open, and the issues it has, when somebody gave their word so long ago. */
  async function hygiene(line: Line, wordAgo: number | undefined) {
    const world = deployStory({ policy: policyOf(line), run: { event: 'schedule', sha: sha('f') } });
    world.github.deployments = [];
    if (wordAgo !== undefined) {
      const at = new Date(noon - wordAgo).toISOString().slice(0, 10);
      world.github.files.set(`.github/attestations/${line.id}.yml`, `by: dave\nat: ${at}\n`);
    }
    const { table } = await step(world, given({ mode: 'hygiene' }));
    return [table?.title, [...world.desk.kept.values()].length];
  }

  test.each(rows)('%s: %s comes up again when `every` has passed, and is done by a dated word', async (...row) => {
    const [, , line] = row;
    const months = /^(\d+) months?$/.exec(line.every ?? '')?.[1];
    const every = months === undefined ? (parseDuration(line.every ?? '') ?? 0) : Number(months) * 30 * day;
    const issues = line.level === 'info' ? 0 : 1;

    expect(await hygiene(line, undefined)).toEqual(['Hygiene of production: 1 of 1 open', issues]);
    expect(await hygiene(line, every + 10 * day)).toEqual(['Hygiene of production: 1 of 1 open', issues]);
    expect(await hygiene(line, every - 2 * day)).toEqual(['Hygiene of production: 0 of 1 open', 0]);
  });
});

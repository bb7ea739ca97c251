// The result of a decision against its page: every field that docs/canary-judge.md names is in the JSON of a real walk, as a number, a word or a part.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { step } from '../../actions/canary-step/canary-step.ts';
import { aWorld, began, given, policy, Users } from './story.ts';

const compared = policy
  .replace('{id: ten, weight: 10 %, bake: 1m}', '{id: ten, weight: 10 %, bake: 5m, warmup: 30s}')
  .concat('compare: {error-rate: {margin: 1pp, min-effect: 0.25pp}}\n');

const page = readFileSync('docs/canary-judge.md', 'utf8');
const table = page.slice(page.indexOf('## How to read a result'), page.indexOf('## Beside others'));
const paths = [...table.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = '']) =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path),
);

/** What stands at a path of a JSON value; every entry of a list that it passes. */
function at(value: unknown, path: readonly string[]): readonly unknown[] {
  const [name, ...rest] = path;
  if (name === undefined) return [value];
  if (typeof value !== 'object' || value === null) return [undefined];
  const [key = '', list] = name.split('[');
  const found: unknown = (value as Record<string, unknown>)[key];
  if (list === undefined) return at(found, rest);
  return Array.isArray(found) ? found.flatMap((one) => at(one, rest)) : [undefined];
}

describe('the result', () => {
  let result: unknown;

  beforeAll(async () => {
    const world = aWorld({}, compared);
    const users = new Users(world);
    Object.assign(users.failing, { blue: 0.001, green: 0.041 });
    await began(world);
    result = JSON.parse(JSON.stringify((await step(world, given())).result));
  });

  test('has a page with its fields', () => {
    expect(paths.length).toBeGreaterThan(25);
  });

  test.each(paths)('has %s', (path) => {
    const found = at(result, path.split('.'));

    expect(found.length).toBeGreaterThan(0);
    for (const one of found) expect(one).not.toBeUndefined();
  });

  test.each(paths.filter((path) => /odds|wanted|difference|phi|detectable|margin|minEffect|share$|late/.test(path)))(
    'has %s as a number',
    (path) => {
      for (const one of at(result, path.split('.'))) expect(one).toEqual(expect.any(Number));
    },
  );

  test('has counts and bounds in full', () => {
    const [metric] = at(result, ['comparison', 'metrics[]']);

    expect(metric).toMatchObject({
      kind: 'worse',
      canary: { bad: expect.any(Number), total: expect.any(Number) },
      stable: { bad: expect.any(Number), total: expect.any(Number) },
      interval: { lower: expect.any(Number), upper: expect.any(Number) },
    });
  });
});

// Keeps the contract in one piece: action.yml, inputs.ts, the outputs and the README tables say the same.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { sharedInputs, sharedOutputs } from '../src/kit/input.ts';

const names = ['canary-step', 'migrate', 'pre-deploy-gate', 'rollback', 'smoke-test'];

test('there are exactly five doors', () => {
  expect(readdirSync('actions').sort()).toEqual(names);
});

describe.each(names)('%s', (name) => {
  const folder = join('actions', name);
  const yaml = readFileSync(join(folder, 'action.yml'), 'utf8');
  const action = parse(yaml);

  test('has exactly the five files of a door', () => {
    expect(readdirSync(folder).sort()).toEqual(
      ['README.md', 'action.yml', 'index.ts', 'inputs.ts', `${name}.ts`].sort(),
    );
  });

  test('runs its own bundle on node24, in main and in post', () => {
    expect(action.runs).toMatchObject({
      using: 'node24',
      main: `../../dist/${name}/index.js`,
      post: `../../dist/${name}/index.js`,
    });
  });

  test('declares in action.yml the inputs and outputs that the code reads and sets', async () => {
    const { inputs, outputs } = await import(pathToFileURL(join(process.cwd(), folder, 'inputs.ts')).href);

    expect(Object.keys(action.inputs).sort()).toEqual(Object.keys(inputs.shape).sort());
    expect(Object.keys(action.outputs).sort()).toEqual([...new Set([...sharedOutputs, ...outputs])].sort());
  });

  test('shares the inputs of all five, with the same words and defaults', () => {
    const gate = parse(readFileSync(join('actions', 'pre-deploy-gate', 'action.yml'), 'utf8'));

    for (const input of Object.keys(sharedInputs)) expect(action.inputs[input]).toEqual(gate.inputs[input]);
  });

  test('describes every input and output, and asks the runner to require none', () => {
    for (const entry of [...Object.values<any>(action.inputs), ...Object.values<any>(action.outputs)]) {
      expect(entry.description.length).toBeGreaterThan(9);
      expect(entry.required ?? false).toBe(false);
    }
  });

  test('accepts its own defaults', async () => {
    const { inputs } = await import(pathToFileURL(join(process.cwd(), folder, 'inputs.ts')).href);
    const given = Object.fromEntries(
      Object.entries<any>(action.inputs).map(([key, input]) => [
        key,
        String(input.default ?? '').replace(/\$\{\{.*\}\}/, ''),
      ]),
    );

    expect(inputs.safeParse(given).success).toBe(true);
  });

  test('has README tables made from action.yml (node .github/scripts/tables.mjs)', async () => {
    const { withTables } = await import(pathToFileURL(join(process.cwd(), '.github', 'scripts', 'tables.mjs')).href);
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');

    expect(withTables(readme, yaml)).toBe(readme);
  });
});

// Holds docs/providers.md to the option shapes that the policy reader uses.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { vocabulary } from '../../src/vocabulary.ts';

const script = pathToFileURL(join(process.cwd(), '.github', 'scripts', 'providers.mjs')).href;
const { providersData, providersPage } = await import(script);
const page: string = providersPage(await providersData((source: string) => import(join('..', '..', source))));

describe('docs/providers.md', () => {
  test('is what `node .github/scripts/providers.mjs` writes', () => {
    expect(readFileSync(join('docs', 'providers.md'), 'utf8')).toBe(page);
  });

  test('has every name of the vocabulary', () => {
    const { routers, sources, flags, notifiers, tools } = vocabulary;
    const names = [...[routers, sources, flags, notifiers].flatMap((kind) => [...kind.keys()]), ...tools];

    expect(names.length).toBeGreaterThan(35);
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  test('gives each key of a router or source with its meaning', () => {
    const rows = page.split('\n').filter((line) => /^\| `/.test(line));

    expect(rows.length).toBeGreaterThan(10);
    expect(rows.filter((row) => row.endsWith('|  |'))).toEqual([]);
  });
});

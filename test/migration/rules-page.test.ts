// Holds docs/migration-rules.md to the rules.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import { rules } from '../../src/migration/rules/index.ts';

const { rulesPage } = await import(
  pathToFileURL(join(process.cwd(), '.github', 'scripts', 'migration-rules.mjs')).href
);

test('docs/migration-rules.md is what `node .github/scripts/migration-rules.mjs` writes', () => {
  expect(readFileSync(join('docs', 'migration-rules.md'), 'utf8')).toBe(rulesPage(rules));
});

test('every rule has its own section', () => {
  const page: string = rulesPage(rules);

  for (const { id } of rules) expect(page.split(`\n### ${id}\n`)).toHaveLength(2);
});

// The words of criteria travel with every action; who judges by them travels with the gate alone.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

/** The sources that a source loads, itself included; types load nothing. */
function loadedBy(source: string, known = new Set<string>()): ReadonlySet<string> {
  if (known.has(source)) return known;
  known.add(source);
  const text = readFileSync(source, 'utf8');
  for (const [, from = ''] of text.matchAll(/^(?:import|export)(?! type)(?:[^;'"]*? from)? '(\.[^']+)';/gm))
    loadedBy(join(dirname(source), from), known);
  for (const [, from = ''] of text.matchAll(/\bimport\('(\.[^']+)'\)/g)) loadedBy(join(dirname(source), from), known);
  return known;
}

function judgesIn(source: string): readonly string[] {
  return [...loadedBy(source)].filter((one) => /^src\/checklist\/criteria\/[^/]+$/.test(one));
}

describe('who judges', () => {
  test.each(['smoke-test', 'rollback', 'migrate', 'canary-step'])('does not travel with %s', (action) => {
    const entry = join('actions', action, 'index.ts');

    expect([...loadedBy(entry)]).toContain('src/checklist/criteria/words/index.ts');
    expect(judgesIn(entry)).toEqual([]);
  });

  test('travels with the gate', () => {
    expect(judgesIn(join('actions', 'pre-deploy-gate', 'index.ts'))).toContain('src/checklist/criteria/index.ts');
  });

  test('is no part of the words, nor is a reader of reports', () => {
    const loaded = [...loadedBy('src/checklist/criteria/words/index.ts')];
    const others = loaded.filter((one) => one.startsWith('src/checklist/') && !one.includes('/criteria/words/'));

    expect(others.sort()).toEqual([
      'src/checklist/options.ts',
      'src/checklist/quantity.ts',
      'src/checklist/scan-words.ts',
    ]);
  });
});

// Every rule finds what its own example shows, and is silent about the safe way beside it.
import { describe, expect, test } from '@jest/globals';
import { exampleSchema } from '../../src/migration/rules/example.ts';
import { rules } from '../../src/migration/rules/index.ts';
import type { Rule, Server } from '../../src/migration/rules/rule.ts';
import { type Given, lint, namesOf } from './reading.ts';

const before = 'V1__before.sql';
const after = 'V2__example.sql';

/** Rules about the change as a whole have no example of one file: they have tests of their own. */
const ofFiles = rules.filter(({ bad }) => bad !== '');

async function found(rule: Rule, text: string): Promise<readonly string[]> {
  const versions: Readonly<Record<string, Partial<Server>>> = {
    'index-corruption-version': { major: 14, minor: 2 },
    'newer-than-server': { major: 15 },
  };
  const server = versions[rule.id] ?? {};
  const dialect = rule.dialects?.includes('postgres') === false ? 'mysql' : 'postgres';
  const schema =
    dialect === 'mysql' ? 'create table orders (id bigint, quantity int, customer_id bigint);' : exampleSchema;
  const given: Given = {
    levels: { [rule.id]: 'error' },
    server: { dialect, ...server },
    own: (path) => path.endsWith(after),
    ...(rule.id.endsWith('-timeout') ? { tool: 'flyway' } : {}),
  };
  const linted = await lint({ [before]: schema, [after]: text }, given);
  const [broken] = linted.filter(({ parsed }) => parsed.up.kind === 'unread' && parsed.file.path.endsWith(before));
  if (broken !== undefined) throw new Error('the schema of the examples cannot be read');
  return namesOf(linted);
}

describe.each(ofFiles.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  test('finds its example', async () => {
    expect(await found(rule, rule.bad)).toContain(id);
  });

  test('is silent about the safe way', async () => {
    expect(await found(rule, rule.good)).not.toContain(id);
  });
});

describe('the rules', () => {
  test('have names of their own, and say what, why and how in sentences', () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    for (const rule of rules) {
      expect(rule.id).toMatch(/^[a-z][a-z-]+$/);
      for (const words of [rule.why, rule.fix]) expect(words).toMatch(/[.)]$/);
      expect(rule.title).toMatch(/^[A-Za-z]/);
      expect(rule.versions).not.toBe('');
    }
  });
});

// The kinds of acts that a rule says it is about: with or without that word it finds the same, in every statement that we have.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { exampleSchema } from '../../src/migration/rules/example.ts';
import { rules } from '../../src/migration/rules/index.ts';
import type { Rule } from '../../src/migration/rules/rule.ts';
import { readCorpus } from './corpus.ts';
import { type Given, lint } from './reading.ts';

const folder = join('test', 'migration', 'corpus');
const schema = readFileSync(join(folder, 'schema.txt'), 'utf8');
const levels = Object.fromEntries(rules.map(({ id }) => [id, 'error' as const]));
const mysqlSchema = 'create table orders (id bigint, quantity int, customer_id bigint);';

/** Every finding as `file line rule`. */
async function findings(files: Readonly<Record<string, string>>, given: Given): Promise<readonly string[]> {
  const linted = await lint(files, { levels, tool: 'flyway', ...given });
  return linted.flatMap(({ faults }) => faults.map(({ path, line, rule, what }) => `${path}:${line} ${rule} ${what}`));
}

async function everything(): Promise<readonly string[]> {
  const corpus = readCorpus(folder).map(({ name, text }) => [`V${Number(name.slice(0, 3)) + 1000}__it.sql`, text]);
  const examples = rules.flatMap(({ bad, good }, index) => [
    [`V${index + 3000}__bad.sql`, bad],
    [`V${index + 4000}__good.sql`, good],
  ]);
  const own = (path: string) => !path.endsWith('V1__schema.sql');
  const found: string[] = [];
  // One by one behind the schema: what one drops is there for the next.
  for (const [name = '', text = ''] of corpus)
    found.push(...(await findings({ 'V1__schema.sql': schema, [name]: text }, { own })));
  for (const [name = '', text = ''] of examples)
    found.push(
      ...(await findings({ 'V1__schema.sql': exampleSchema, [name]: text }, { server: { major: 14, minor: 2 }, own })),
    );
  for (const [name = '', text = ''] of examples)
    found.push(
      ...(await findings({ 'V1__schema.sql': mysqlSchema, [name]: text }, { server: { dialect: 'mysql' }, own })),
    );
  return found;
}

test('no rule finds anything in acts of kinds that it does not name', async () => {
  const filtered = await everything();
  const named = rules.filter(({ about }) => about !== undefined);
  const kinds = new Map(named.map((rule) => [rule, rule.about]));
  const mutable = (rule: Rule) => rule as { about?: Rule['about'] };
  try {
    for (const rule of named) delete mutable(rule).about;
    const unfiltered = await everything();

    expect(named.length).toBeGreaterThan(50);
    expect(filtered.length).toBeGreaterThan(500);
    expect(unfiltered.filter((one) => !filtered.includes(one))).toEqual([]);
    expect(unfiltered).toEqual(filtered);
  } finally {
    for (const [rule, about] of kinds) mutable(rule).about = about;
  }
});

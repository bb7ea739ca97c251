import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { policySchema } from '../../src/policy/schema.ts';
import { presetTexts } from './preset-texts.ts';
import { aVocabulary } from './vocabulary.ts';

describe('the JSON Schema for editors', () => {
  const valid = new Ajv2020({ strict: false }).compile(policySchema(aVocabulary));

  test.each([...presetTexts])('takes %s', (_name, text) => {
    valid(parse(text));
    expect(valid.errors).toBeNull();
  });

  test('takes the sample of the policy page', () => {
    valid(parse(readFileSync(join('test', 'policy', 'example.yml'), 'utf8')));
    expect(valid.errors).toBeNull();
  });

  test.each([{ version: 2 }, { version: 1, checklst: [] }, { version: 1, plans: { p: { stages: [] } } }])(
    'refuses %o',
    (policy) => {
      expect(valid(policy)).toBe(false);
    },
  );

  test('offers the names of criteria and routers', () => {
    const text = JSON.stringify(policySchema(aVocabulary));
    expect(text).toContain('"examples":["command","http"');
    expect(text).toContain('"examples":["ci-all-green"');
  });
});

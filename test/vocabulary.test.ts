import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { criteria } from '../src/checklist/criteria/index.ts';
import { formatFault } from '../src/policy/fault.ts';
import { readPolicy, starterPolicy } from '../src/policy/policy.ts';
import { presets } from '../src/policy/presets/bundle.ts';
import type { CriterionWords } from '../src/policy/vocabulary-shape.ts';
import { vocabulary } from '../src/vocabulary.ts';

function faultsOf(text: string): readonly string[] {
  const read = readPolicy(text, vocabulary, { path: 'policy.yml' });
  return read.kind === 'faults' ? read.faults.map(formatFault) : [];
}

describe('the vocabulary of this build', () => {
  test.each([...presets.keys()])('takes every option that %s gives to a criterion', (name) => {
    expect(faultsOf(`version: 1\ntimezone: UTC\nextends: [${name}]\n`)).toEqual([]);
  });

  test('has the words of every criterion that is judged, and of no other', () => {
    const wordsOf = ({ id, title, moment, level, with: shape }: CriterionWords) => ({
      id,
      title,
      moment,
      level,
      shape,
    });

    expect([...vocabulary.criteria.values()].map(wordsOf)).toEqual(criteria.map(wordsOf));
  });

  test('makes the shape of the options of a criterion once', () => {
    const shaped = [...vocabulary.criteria.values()].flatMap((words) => words.with ?? []);

    expect(shaped.length).toBeGreaterThan(100);
    for (const shape of shaped) expect(shape()).toBe(shape());
  });

  test('takes the sample of the policy page, and starter alone', () => {
    expect(faultsOf(readFileSync(join('test', 'policy', 'example.yml'), 'utf8'))).toEqual([]);
    expect(starterPolicy(vocabulary).presets).toEqual(['starter@1']);
  });

  test('has only criteria of the catalogue, the one that windows bring and the one that plans bring', () => {
    const strangers = [...vocabulary.criteria.keys()].filter((id) => !vocabulary.catalogue.has(id));
    expect(strangers.sort()).toEqual(['deploy-window', 'plan-decidable']);
    expect(vocabulary.catalogue.size).toBe(399);
  });
});

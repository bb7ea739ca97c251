// First, as in the actions: a shape goes by what was set when it was made.
import '../../src/shell/parsing.ts';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { formatFault } from '../../src/policy/fault.ts';
import { readPolicy } from '../../src/policy/policy.ts';
import { vocabulary } from '../../src/vocabulary.ts';

function read(text: string) {
  return readPolicy(text, vocabulary, { path: 'p.yml' });
}

describe('parsing as the actions set it', () => {
  test('is set by every action before any shape is made', () => {
    const entries = readdirSync('actions').filter((name) => !name.includes('.'));
    const first = entries.map((name) => {
      const text = readFileSync(join('actions', name, 'index.ts'), 'utf8');
      return /^import (?:[^;]* from )?'([^']+)';/m.exec(text)?.[1];
    });

    expect(new Set(first)).toEqual(new Set(['../../src/shell/parsing.ts']));
  });

  test('takes the sample of the policy page, options of criteria at any depth included', () => {
    expect(read(readFileSync(join('test', 'policy', 'example.yml'), 'utf8'))).toMatchObject({ kind: 'policy' });
    const deep = read('version: 1\nsmoke: {covers: [{id: smoke-login, with: {a: [{b: {c: [1, null, {d: x}]}}]}}]}\n');
    expect(deep.kind === 'policy' && deep.policy.shape.smoke?.covers[0]?.with).toEqual({
      a: [{ b: { c: [1, null, { d: 'x' }] } }],
    });
  });

  test('finds what is wrong, each at its place', () => {
    const told = read(
      'version: 1\nalpha: much\nroles: {owner: 7}\nlimits: [{id: a, metric: health, breach: "> 1", for: soon}]\n',
    );
    const places = (told.kind === 'faults' ? told.faults : []).map(formatFault).map((line) => line.slice(0, 9));

    expect(places).toEqual(expect.arrayContaining(['p.yml:2:8', 'p.yml:3:1', 'p.yml:4:5']));
  });

  test('says of a value that two places share what it says of two values', () => {
    const told = read('version: 1\nroles:\n  a: &people [x, 7]\n  b: *people\n');
    const again = read('version: 1\nroles:\n  a: [x, 7]\n  b: [x, 7]\n');
    const whats = (one: typeof told) => (one.kind === 'faults' ? one.faults.map(({ what }) => what) : []);

    expect(whats(told)).toEqual(whats(again).slice(0, whats(told).length));
    expect(whats(told)).not.toEqual([]);
  });
});

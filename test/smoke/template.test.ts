// Placeholders: what they become, and what stays as it is.
import { describe, expect, test } from '@jest/globals';
import { filled, made, namesIn } from '../../src/smoke/template.ts';

const values = { run: 'r-1', 'secrets.KEY': 'k:ä' };

describe('a placeholder', () => {
  test.each([
    ['{{ run }}', 'r-1'],
    ['{{run}}-{{  run  }}', 'r-1-r-1'],
    ['{{ base64(secrets.KEY) }}', 'azrDpA=='],
    ['{{ upper(run) }}', '{{ upper(run) }}'],
    ['{{ other }}', '{{ other }}'],
    ['{{ constructor }}', '{{ constructor }}'],
    ['{ run }', '{ run }'],
  ])('%j becomes %j', (text, expected) => {
    expect(filled(text, values)).toBe(expected);
  });

  test('is filled in at any depth, in keys too; numbers stay numbers', () => {
    expect(filled({ a: ['{{ run }}', 1], '{{ run }}': { b: null } }, values)).toEqual({
      a: ['r-1', 1],
      'r-1': { b: null },
    });
  });

  test('is not filled in twice: what a service says is no template', () => {
    expect(filled('{{ a }}', { a: '{{ secret }}', secret: 'hush' })).toBe('{{ secret }}');
  });

  test('is named by what it is given', () => {
    expect(namesIn({ a: '{{ x }}', b: ['{{ base64(y) }}', '{{ uuid() }}'], '{{ z }}': 1 })).toEqual([
      'x',
      'y',
      'uuid()',
      'z',
    ]);
  });
});

describe('a value that is made', () => {
  test('is the same for the same run, and another for another', () => {
    const text = '{{ random_alnum(12) }} {{ uuid() }} {{ now() }}';

    expect(made(text, 'seed', 17)).toBe(made(text, 'seed', 17));
    expect(made(text, 'other', 17)).not.toBe(made(text, 'seed', 17));
    expect(made(text, 'seed', 17)).toMatch(
      /^[a-z0-9]{12} [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12} 17$/,
    );
  });

  test('two of one text are two', () => {
    const [one, two] = made('{{ uuid() }} {{ uuid() }}', 'seed', 17).split(' ');

    expect(one).not.toBe(two);
  });
});

// No secret leaves: known values, encoded ones, passwords in URLs and behind telling words.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { redact } from '../../src/kit/redact.ts';

describe('redact', () => {
  test.each([
    ['postgres://app:hunter2@db.example:5432/shop', 'postgres://app:***@db.example:5432/shop'],
    [
      'https://user:p%40ss@example.com/x and http://example.com',
      'https://user:***@example.com/x and http://example.com',
    ],
    ['https://ghp_abc@github.com/a/b.git', 'https://***@github.com/a/b.git'],
    ['git+https://ghp_abc:@github.com, HTTP://t:x-oauth-basic@h', 'git+https://***@github.com, HTTP://***@h'],
    ['https://me@mail.example:hunter2@host/', 'https://me@mail.example:***@host/'],
    ['{"url":"https://a.example","mail":"x@y.example"}', '{"url":"https://a.example","mail":"x@y.example"}'],
    ['https://a.example/@you https://b.example?to=x@y', 'https://a.example/@you https://b.example?to=x@y'],
    ['postgres://app@db.example/shop ssh://git@host', 'postgres://app@db.example/shop ssh://git@host'],
    ['password=hunter2&x=1', 'password=***&x=1'],
    ['api_key: abc def', 'api_key: *** def'],
    ['token "a b c" rest', 'token "a b c" rest'],
    ['secret="a b c" rest', 'secret=*** rest'],
    ['nothing to hide', 'nothing to hide'],
  ])('%s', (text, clean) => {
    expect(redact(text)).toBe(clean);
  });

  // Half an hour where the time grows with the square of the length, else a moment.
  test.each(['a.', 'a://b:', 'token ', 'https://', 'http@'])(
    'a megabyte of “%s” takes no time to speak of',
    (piece) => {
      expect(redact(piece.repeat(1_000_000 / piece.length))).toContain(piece);
    },
  );

  test('takes the longest of two secrets first, and leaves what is too short to be one', () => {
    expect(redact('abcdef abcd abc', ['abcd', 'abcdef', 'abc'])).toBe('*** *** abc');
  });

  test('finds a secret in its URL-encoded form too', () => {
    expect(redact('x=p%40ss%2Fword', ['p@ss/word'])).toBe('x=***');
  });

  test('never lets a known secret through, wherever it stands', () => {
    const secret = fc
      .string({ minLength: 4, maxLength: 20 })
      .filter((text) => !'***'.includes(text) && !/^\*+$/.test(text));

    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (hidden, before, after) => {
        fc.pre(!hidden.includes('*'));
        expect(redact(`${before}${hidden}${after}`, [hidden])).not.toContain(hidden);
      }),
    );
  });
});

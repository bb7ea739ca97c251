// SHA-256 against the vectors of FIPS 180-4 and against Node's own.
import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { arithmetic, digestBy, sha256 } from '../../src/kit/digest.ts';

describe('sha256', () => {
  test.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
    ['a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
  ])('digests the standard vector %#', (text, digest) => {
    expect(sha256(text)).toBe(digest);
  });

  test('agrees with Node for any text, of any length around a block', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        expect(sha256(text)).toBe(createHash('sha256').update(text, 'utf8').digest('hex'));
      }),
    );
  });

  test('is made by another where the runtime has one', () => {
    const asked: string[] = [];
    digestBy((text) => {
      asked.push(text);
      return createHash('sha256').update(text).digest('hex');
    });

    expect(sha256('äöü')).toBe(arithmetic('äöü'));
    expect(asked).toEqual(['äöü']);
    digestBy(arithmetic);
  });
});

// Signatures: made with the first key, good with any, bound to repository, place and text.
import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { canonical, createSigner } from '../../src/io/seal.ts';

const keys = ['first-key-of-the-shop', 'second-key-of-the-shop'];
const parts = ['record', 'name', 'text'];
const signer = (change: Partial<Parameters<typeof createSigner>[0]> = {}) =>
  createSigner({ keys, repository: '4711', signs: true, ...change });

describe('a signer', () => {
  test('makes HMAC-SHA-256 over the parts and the repository, with the first key', () => {
    const text = JSON.stringify(['boring-deploys v1', '4711', ...parts]);

    expect(signer().sign(parts)).toBe(createHmac('sha256', 'first-key-of-the-shop').update(text).digest('base64url'));
  });

  const good = signer().sign(parts) ?? '';
  test.each([
    ['its own', signer(), good, 'signed'],
    ['that of an older key, still listed', signer({ keys: ['third-key-of-the-shop', ...keys] }), good, 'signed'],
    ['that of a key that is listed no more', signer({ keys: ['second-key-of-the-shop'] }), good, 'wrong'],
    ['that of another repository with the same key', signer({ repository: '4712' }), good, 'wrong'],
    ['half of one', signer(), good.slice(0, 20), 'wrong'],
    ['no base64 at all', signer(), '!!!', 'wrong'],
    ['none', signer(), '', 'unsigned'],
  ] as const)('judges %s', (_, by, mac, seal) => {
    expect(by.check(mac, parts)).toBe(seal);
  });

  test('keeps parts apart: what moves from one to the next is another text', () => {
    const mac = signer().sign(['a', 'bc']) ?? '';

    expect(signer().check(mac, ['ab', 'c'])).toBe('wrong');
  });

  test('that only checks signs nothing', () => {
    expect(signer({ signs: false }).sign(parts)).toBeUndefined();
    expect(signer({ signs: false }).check(good, parts)).toBe('signed');
  });

  test('without keys finds nothing out', () => {
    expect(signer({ keys: [] }).sign(parts)).toBeUndefined();
    expect(signer({ keys: [] }).check(good, parts)).toBeUndefined();
  });
});

test('canonical JSON has one form, whatever the order of keys', () => {
  expect(canonical({ b: [1, { d: null, c: 'ü"' }], a: true, e: undefined })).toBe(
    '{"a":true,"b":[1,{"c":"ü\\"","d":null}]}',
  );
});

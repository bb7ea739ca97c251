// What leaves for GitHub carries no secret, and JSON stays JSON.
import { describe, expect, test } from '@jest/globals';
import { createOutgoing } from '../../../src/io/github/outgoing.ts';

const outgoing = createOutgoing(() => ['s3cr3t-canary']);

describe('outgoing text', () => {
  test('loses known secrets and passwords in URLs', () => {
    expect(outgoing.text('s3cr3t-canary at postgres://app:hunter2@db/shop')).toBe('*** at postgres://app:***@db/shop');
  });

  test('stays JSON when a value holds something like a password', () => {
    const clean = outgoing.json(JSON.stringify({ note: 'password: hunter2', next: 's3cr3t-canary', n: 1 }));

    expect(JSON.parse(clean)).toEqual({ note: 'password: ***', next: '***', n: 1 });
  });

  test('is handed on to the letter when there is nothing to hide, so that its digest still fits', () => {
    const text = '{ "a":  [1, "two", null] }';

    expect(outgoing.json(text)).toBe(text);
  });

  test('asks for the secrets anew each time', () => {
    const known: string[] = [];
    const late = createOutgoing(() => known);
    known.push('later-secret');

    expect(late.text('later-secret')).toBe('***');
  });

  test('reaches into the data of a payload', () => {
    expect(outgoing.data({ a: ['s3cr3t-canary', 1, null], b: true })).toEqual({ a: ['***', 1, null], b: true });
  });

  test('is written as JSON in lines, every text in it redacted', () => {
    const value = { a: ['s3cr3t-canary', 1, null], b: undefined, c: { url: 'postgres://app:hunter2@db/shop' } };

    expect(outgoing.written(value)).toBe(
      JSON.stringify({ a: ['***', 1, null], c: { url: 'postgres://app:***@db/shop' } }, null, 2),
    );
  });
});

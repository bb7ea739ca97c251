// Requests that are asked for together: a few begin, then the sockets are looked at, then the next few.
import { expect, test } from '@jest/globals';
import { createPace } from '../../src/io/http-pace.ts';

const look = () => new Promise<void>((done) => setImmediate(done));

test('a few begin before each look at the sockets, in their order', async () => {
  const { turn } = createPace(2);
  const begun: number[] = [];
  const ask = async (number: number) => {
    await turn();
    begun.push(number);
  };

  const all = Promise.all([0, 1, 2, 3, 4].map(ask));
  await Promise.resolve();
  expect(begun).toEqual([0, 1]);
  await look();
  expect(begun).toEqual([0, 1, 2, 3]);
  await all;

  expect(begun).toEqual([0, 1, 2, 3, 4]);
});

test('one that is asked for after a look waits for nothing', async () => {
  const { turn } = createPace(1);

  expect(turn()).toBeUndefined();
  await look();
  expect(turn()).toBeUndefined();
  const waiting = turn();
  expect(waiting).toBeInstanceOf(Promise);
  await waiting;
  await look();
  expect(turn()).toBeUndefined();
});

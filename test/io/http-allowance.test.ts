// The memory of bodies under way: who waits above the limit, who goes on, and that nobody waits for one that has gone silent.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createAllowance, type Share } from '../../src/io/http-allowance.ts';

interface Reader {
  readonly share: Share;
  readonly state: { paused: boolean };
}

function readers(count: number, most: number) {
  const allowance = createAllowance(most);
  const list = Array.from({ length: count }, (): Reader => {
    const state = { paused: false };
    const share = allowance.enter({ pause: () => (state.paused = true), resume: () => (state.paused = false) });
    return { share, state };
  });
  return { allowance, list, paused: () => list.map(({ state }) => state.paused) };
}

test('below the limit nobody waits; above it all wait but the one that holds most', () => {
  const { allowance, list, paused } = readers(3, 100);

  list[0]?.share.add(50);
  list[1]?.share.add(40);
  list[2]?.share.add(10);
  expect(paused()).toEqual([false, false, false]);
  list[2]?.share.add(1);
  list[1]?.share.add(1);
  list[0]?.share.add(1);

  expect(paused()).toEqual([false, true, true]);
  expect(allowance.held()).toBe(103);
  for (const { share } of list) share.leave();
});

test('what is read to its end makes way for the next largest, and what is judged for all', () => {
  const { allowance, list, paused } = readers(3, 100);
  list[0]?.share.add(80);
  list[1]?.share.add(30);
  list[2]?.share.add(20);

  list[0]?.share.end();
  expect(paused()).toEqual([false, false, true]);
  expect(allowance.held()).toBe(130);

  list[0]?.share.leave();
  list[0]?.share.leave();
  expect(paused()).toEqual([false, false, false]);
  expect(allowance.held()).toBe(50);
  for (const { share } of list) share.leave();
  expect(allowance.held()).toBe(0);
});

test('of several that hold the same only one goes on', () => {
  const { list, paused } = readers(3, 20);

  for (const { share } of list) share.add(10);
  for (const { share } of list) share.add(10);

  expect(paused().filter((one) => !one)).toHaveLength(1);
  for (const { share } of list) share.leave();
});

test('when the one that goes on falls silent the others go on too', async () => {
  const { list, paused } = readers(2, 20);
  list[0]?.share.add(20);
  list[1]?.share.add(10);
  expect(paused()).toEqual([false, true]);

  for (let tries = 0; tries < 200 && paused()[1]; tries += 1) await sleep(25);

  expect(paused()).toEqual([false, false]);
  for (const { share } of list) share.leave();
});

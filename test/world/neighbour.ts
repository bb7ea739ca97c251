// Tests that need a program of the machine: skipped by name where it is missing, never where BORING_NO_SKIP=1.
import { networkInterfaces } from 'node:os';
import { describe, test } from '@jest/globals';

/** Whether a missing neighbour must fail its tests instead of skipping them. */
export function skippingForbidden(): boolean {
  return process.env.BORING_NO_SKIP === '1';
}

/**
 * `describe` for tests that need a neighbour. Missing, they are skipped with its name in theirs; when skipping is
 * forbidden they run, and fail where they start the neighbour.
 */
export function neighbour(name: string, available: boolean): (title: string, body: () => void) => void {
  if (available || skippingForbidden()) return (title, body) => describe(title, body);
  return (title, body) => describe.skip(`${title} [skipped: no ${name} on this machine]`, body);
}

/**
 * `test` for what needs the machine's own IPv6 address. No package brings one to a machine or container without it: there
 * the test is skipped by name, also where skipping is forbidden.
 */
export function testSix(title: string, body: () => Promise<void>): void {
  const isHere = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'));
  if (isHere) test(title, body);
  else test.skip(`${title} [skipped: no IPv6 on this machine]`, body);
}

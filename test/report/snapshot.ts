// Compares a page with the readable file of its name; UPDATE_SNAPSHOTS=1 writes it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from '@jest/globals';

/** Expects the page to be what `snapshots/<name>.md` holds. A missing file fails: nothing is written by an ordinary run. */
export function expectPage(page: string, name: string): void {
  const file = new URL(`./snapshots/${name}.md`, import.meta.url);
  if (process.env.UPDATE_SNAPSHOTS === '1') writeFileSync(file, page);
  expect(existsSync(file) ? readFileSync(file, 'utf8') : 'missing: run the tests with UPDATE_SNAPSHOTS=1').toBe(page);
}

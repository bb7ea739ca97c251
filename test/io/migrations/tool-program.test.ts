import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createCommand } from '../../../src/io/command.ts';
import { installedProgram } from '../../../src/io/migrations/tool-program.ts';
import type { ToolProfile } from '../../../src/providers/tools.ts';
import { never } from './server.ts';

const profile = {
  name: 'node-pg-migrate',
  programs: [['node_modules/.bin/a-tool'], ['a-tool-that-nobody-has']],
} as unknown as ToolProfile;

describe('the program of a migration tool', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'boring-program-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const program = (text: string) => {
    const path = join(folder, 'node_modules/.bin/a-tool');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: 0o755 });
  };
  const found = () => installedProgram(createCommand(folder, never), profile, 20_000);

  test('that starts is taken', async () => {
    program('#!/bin/sh\necho 1.0.0\n');
    await expect(found()).resolves.toEqual(['node_modules/.bin/a-tool']);
  });

  test('that nobody has is not installed', async () => {
    await expect(found()).rejects.toMatchObject({
      parts: {
        what: expect.stringContaining('node-pg-migrate is not installed'),
        fix: expect.stringMatching(/^Install it/),
      },
    });
  });

  test.each([
    [
      'a module',
      '#!/bin/sh\necho "a.js:1\n\nError [ERR_MODULE_NOT_FOUND]: Cannot find package pg" >&2\nexit 1\n',
      'Error [ERR_MODULE_NOT_FOUND]: Cannot find package pg',
    ],
    ['an interpreter', '#!/usr/bin/env a-node-that-nobody-has\n', 'a-node-that-nobody-has'],
    ['something it tells in its own words', '#!/bin/sh\necho "needs Java 17" >&2\nexit 3\n', 'needs Java 17'],
  ])('that lacks %s is there and does not start, with what it says', async (_, text, said) => {
    program(text);
    await expect(found()).rejects.toMatchObject({
      parts: {
        what: expect.stringMatching(/does not start \(.*\)$/),
        fix: expect.stringMatching(/^Install what it needs/),
      },
    });
    await expect(found()).rejects.toMatchObject({ parts: { what: expect.stringContaining(said) } });
  });
});

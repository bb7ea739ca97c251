// Files of the workspace: read inside it, never outside, not even through a link.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createFiles } from '../../src/io/files.ts';

const root = mkdtempSync(join(tmpdir(), 'boring-files-'));
const workspace = join(root, 'workspace');
mkdirSync(join(workspace, 'db'), { recursive: true });
writeFileSync(join(workspace, 'db', 'b.sql'), 'select 2');
writeFileSync(join(workspace, 'db', 'a.sql'), 'select 1');
writeFileSync(join(root, 'secret'), 'outside');
symlinkSync(join(root, 'secret'), join(workspace, 'link'));
writeFileSync(join(workspace, 'most.json'), '');
truncateSync(join(workspace, 'most.json'), 20 * 1024 * 1024);
writeFileSync(join(workspace, 'huge.json'), '');
truncateSync(join(workspace, 'huge.json'), 20 * 1024 * 1024 + 1);
const files = createFiles(workspace, join(root, 'temp'));

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('files', () => {
  test('reads a file, and says undefined for one that is not there', async () => {
    expect(await files.read('db/a.sql')).toBe('select 1');
    expect(await files.read('db/c.sql')).toBeUndefined();
    expect(await files.read('db/a.sql/deeper')).toBeUndefined();
  });

  test('lists the files of a folder, sorted, without folders', async () => {
    expect(await files.list('db')).toEqual(['db/a.sql', 'db/b.sql']);
    expect(await files.list('.')).not.toContain('./db');
    expect(await files.list('nowhere')).toEqual([]);
  });

  test('walks a folder with all below it, past links and git, and knows what is no folder', async () => {
    mkdirSync(join(workspace, 'dist', 'assets'), { recursive: true });
    mkdirSync(join(workspace, 'dist', '.git'), { recursive: true });
    writeFileSync(join(workspace, 'dist', 'index.html'), 'page');
    writeFileSync(join(workspace, 'dist', 'assets', 'main.js'), '12345');
    writeFileSync(join(workspace, 'dist', '.git', 'HEAD'), 'x');
    symlinkSync(root, join(workspace, 'dist', 'out'));
    const listed = [
      { path: 'dist/assets/main.js', bytes: 5 },
      { path: 'dist/index.html', bytes: 4 },
    ];

    expect(await files.walk('dist')).toEqual({ found: true, files: listed, complete: true });
    expect(await files.walk('nowhere')).toEqual({ found: false, files: [], complete: true });
    expect(await files.walk('db/a.sql')).toMatchObject({ found: false });
    await expect(files.walk('..')).rejects.toThrow(/leads out/);
    await expect(files.walk('dist/out')).rejects.toThrow(/leads out/);
  });

  test.each(['../secret', '/etc/passwd', 'db/../../secret', 'link'])('refuses %s, which leads out', async (path) => {
    await expect(files.read(path)).rejects.toThrow(/leads out of the checked-out repository/);
  });

  test('says what is wrong with a path that is no file', async () => {
    await expect(files.read('db')).rejects.toThrow(/cannot be read: EISDIR \(db\)/);
  });

  test('reads 20 MB and not a byte more', async () => {
    expect(await files.read('most.json')).toHaveLength(20 * 1024 * 1024);
    await expect(files.read('huge.json')).rejects.toThrow(/has 21 MB, more than 20 \(huge.json\)/);
  });

  test('writes results below the temporary folder', async () => {
    const path = await files.write('gate.json', '{}');

    expect(path.startsWith(join(root, 'temp'))).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('{}');
  });
});

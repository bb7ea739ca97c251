// The committed bundles are those of these sources.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const names = ['canary-step', 'migrate', 'pre-deploy-gate', 'rollback', 'smoke-test'];

describe('dist', () => {
  test('was built from these sources: if not, run "npm run build"', async () => {
    const { sourcesDigest } = await import(
      pathToFileURL(join(process.cwd(), '.github', 'scripts', 'sources.mjs')).href
    );
    const built = readFileSync('dist/sources.sha256', 'utf8').trim();

    if (built !== sourcesDigest()) throw new Error('dist/ is older than its sources: run "npm run build"');
    expect(built).toHaveLength(64);
  });

  test.each(names)('holds %s as one ES module with its licences, and no path of the machine that built it', (name) => {
    const text = readFileSync(join('dist', name, 'index.js'), 'utf8');

    expect(JSON.parse(readFileSync(join('dist', name, 'package.json'), 'utf8'))).toEqual({ type: 'module' });
    expect(existsSync(join('dist', name, 'licenses.txt'))).toBe(true);
    // With the folder behind it: the path of a checkout may be as short as /app.
    for (const inside of ['build', 'node_modules']) expect(text).not.toContain(join(process.cwd(), inside));
    // A bundle that doubles has taken in something that belongs in a file of its own, loaded when it is wanted.
    expect(text.length).toBeLessThan(5_000_000);
  });

  test('holds the schema of the policy for editors', () => {
    const schema = JSON.parse(readFileSync('dist/policy.schema.json', 'utf8'));

    expect(Object.keys(schema.properties)).toEqual(
      expect.arrayContaining(['version', 'traffic', 'plans', 'limits', 'checklist']),
    );
  });
});

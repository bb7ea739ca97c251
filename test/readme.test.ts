// Holds the README to what it says: its workflows are what GitHub accepts, its policy parses, its links lead somewhere, its commands are those of CI.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { effective } from '../src/policy/effective.ts';
import { readPolicy } from '../src/policy/policy.ts';
import { vocabulary } from '../src/vocabulary.ts';

const readme = readFileSync('README.md', 'utf8');
const blocks = [...readme.matchAll(/```yaml\n# (\S+)\n([\s\S]*?)```/g)].map((match) => ({
  path: match[1] ?? '',
  text: match[2] ?? '',
}));

describe('the README', () => {
  test('shows a workflow, a policy and a gate', () => {
    expect(blocks.map(({ path }) => path)).toEqual([
      '.github/workflows/deploy.yml',
      '.github/deploy-policy.yml',
      '.github/workflows/gate.yml',
    ]);
  });

  test('has a policy that parses and shifts traffic', () => {
    const text = blocks.find(({ path }) => path.endsWith('deploy-policy.yml'))?.text ?? '';
    const read = readPolicy(text, vocabulary, { path: '.github/deploy-policy.yml' });
    const production = read.kind === 'policy' ? effective(read.policy, { environment: 'production' }) : read;

    expect(production).toMatchObject({
      kind: 'effective',
      // Without an address the workflow beside it ends at its first smoke test.
      effective: { url: 'https://shop.example', traffic: { router: 'http', sides: ['blue', 'green'] } },
    });
  });

  test('calls the reusable workflow with inputs and secrets that it has', () => {
    const called = parse(readFileSync('.github/workflows/deploy.yml', 'utf8')).on.workflow_call;
    const job: any = Object.values(parse(blocks[0]?.text ?? '').jobs)[0];

    expect(Object.keys(called.inputs)).toEqual(expect.arrayContaining(Object.keys(job.with)));
    expect(Object.keys(called.secrets)).toEqual(expect.arrayContaining(Object.keys(job.secrets)));
    expect(Object.keys(job.permissions).sort()).toEqual(
      Object.keys(parse(readFileSync('.github/workflows/deploy.yml', 'utf8')).jobs.deploy.permissions).sort(),
    );
  });

  test('links only to what is there', () => {
    const targets = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map((match) => match[1] ?? '');

    expect(targets.length).toBeGreaterThan(8);
    expect(targets.filter((target) => !existsSync(target))).toEqual([]);
  });

  test('gives the commands that CI runs as written', () => {
    const ci = readFileSync('.ci/run', 'utf8');

    for (const command of ['npm ci && npm run demo', 'npm ci && npm test']) {
      expect(readme).toContain(command);
      expect(ci).toContain(`\n${command}\n`);
    }
  });

  test('shows the example of docs/examples as it is', () => {
    const example = parse(readFileSync('docs/examples/deploy.yml', 'utf8'));

    expect(parse(blocks[0]?.text ?? '')).toEqual(example);
  });
});

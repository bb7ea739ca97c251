// Workflows, action files and the examples of the docs, judged by GitHub's own language service.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

const { validate } = await import('@actions/languageservice');

const actions = ['canary-step', 'migrate', 'pre-deploy-gate', 'rollback', 'smoke-test'];
const workflows = ['.github/workflows', 'docs/examples'].flatMap((folder) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => join(folder, name)),
);
const ours = /^boring-deploys\/boring-deploys\/actions\/([a-z-]+)$/;

/** `uses:` of our own actions is checked against their action.yml; of others only the shape is. */
const actionsMetadataProvider = {
  fetchActionMetadata: async (action: any) => {
    const name = ours.exec(`${action.owner}/${action.name}/${action.path ?? ''}`)?.[1];
    if (name !== undefined) return parse(readFileSync(join('actions', name, 'action.yml'), 'utf8'));
    return { name: action.name, description: '', runs: { using: 'node24', main: 'x' } };
  },
};

let number = 0;

function nextNumber(): number {
  number += 1;
  return number;
}

async function faultsOf(path: string, text: string): Promise<readonly string[]> {
  const document: any = {
    // What the service parsed it keeps by address: each text gets its own.
    uri: `file:///${nextNumber()}/${path}`,
    languageId: 'yaml',
    version: 1,
    getText: () => text,
    lineCount: text.split('\n').length,
    positionAt: (offset: number) => {
      const before = text.slice(0, offset).split('\n');
      return { line: before.length - 1, character: (before.at(-1) ?? '').length };
    },
    offsetAt: (position: any) =>
      text
        .split('\n')
        .slice(0, position.line)
        .reduce((sum, line) => sum + line.length + 1, 0) + position.character,
  };
  const found = await validate(document, { actionsMetadataProvider } as any);
  return found.map(
    (one: any) => `${path}:${one.range.start.line + 1}:${one.range.start.character + 1}: ${one.message}`,
  );
}

describe('GitHub accepts', () => {
  test.each([...workflows, ...actions.map((name) => join('actions', name, 'action.yml'))])('%s', async (path) => {
    expect(await faultsOf(path, readFileSync(path, 'utf8'))).toEqual([]);
  });

  test('nothing with an input that an action does not have', async () => {
    const text = readFileSync('docs/examples/rollback.yml', 'utf8').replace('with: { to:', 'with: { two:');

    expect((await faultsOf('docs/examples/rollback.yml', text)).join()).toContain('two');
  });
});

describe('our workflows', () => {
  test('name our actions by owner and release tag, and set only inputs that they have', () => {
    for (const path of workflows) {
      for (const [uses, given] of stepsOf(parse(readFileSync(path, 'utf8')))) {
        expect(uses).not.toMatch(/^\.\//);
        const name = /^boring-deploys\/boring-deploys\/actions\/([a-z-]+)@v1$/.exec(uses)?.[1];
        if (uses.includes('boring-deploys/actions/')) expect(name).toBeDefined();
        if (name === undefined) continue;
        const { inputs } = parse(readFileSync(join('actions', name, 'action.yml'), 'utf8'));
        expect(Object.keys(inputs)).toEqual(expect.arrayContaining([...given]));
      }
    }
  });

  test('offer in the rollback example exactly inputs that the action has, all optional', () => {
    const { inputs } = parse(readFileSync('actions/rollback/action.yml', 'utf8'));
    const dispatch = parse(readFileSync('docs/examples/rollback.yml', 'utf8')).on.workflow_dispatch.inputs;

    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(dispatch)));
    expect(Object.values<any>(dispatch).some((one) => one?.required === true)).toBe(false);
  });

  test('never splice an expression into a script', () => {
    for (const path of workflows) {
      for (const job of Object.values<any>(parse(readFileSync(path, 'utf8')).jobs)) {
        for (const step of job.steps ?? []) expect(step.run ?? '').not.toContain('${{');
      }
    }
  });
});

function stepsOf(workflow: any): readonly (readonly [string, readonly string[]])[] {
  return Object.values<any>(workflow.jobs).flatMap((job) =>
    (job.steps ?? [])
      .filter((step: any) => step.uses !== undefined)
      .map((step: any) => [step.uses, Object.keys(step.with ?? {})] as const),
  );
}

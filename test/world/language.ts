// Workflows and action files judged by GitHub's own language service; our actions by their action.yml.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const { validate } = await import('@actions/languageservice');

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

/** What the service finds wrong with the text, each with its place. */
export async function faultsOf(path: string, text: string): Promise<readonly string[]> {
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

// The repository octo-org/shop as it is before anything happens: its policy, suite, scripts and workflows, read from files a person could have written.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const folder = join('test', 'world', 'town', 'shop');
/** Our examples, as a user copies them. */
const examples = ['deploy.yml', 'rollback.yml', 'gate.yml'];

/** Path to text of every file of the shop; `policy` stands in for its own one. */
export function shopFiles(policy?: string): Readonly<Record<string, string>> {
  const own = under(folder).map((file) => [relative(folder, file).split(sep).join('/'), readFileSync(file, 'utf8')]);
  const copied = examples.map((name) => [
    `.github/workflows/${name}`,
    readFileSync(join('docs', 'examples', name), 'utf8'),
  ]);
  return {
    ...Object.fromEntries([...own, ...copied]),
    ...(policy === undefined ? {} : { '.github/deploy-policy.yml': policy }),
  };
}

/** The policy that the shop has unless told otherwise. */
export function shopPolicy(): string {
  return readFileSync(join(folder, '.github', 'deploy-policy.yml'), 'utf8');
}

/** The text of a workflow of ours that another repository calls: `boring-deploys/boring-deploys/.github/workflows/deploy.yml@v1`. */
export function calledWorkflow(uses: string): string {
  const name = /\/boring-deploys\/(\.github\/workflows\/[\w-]+\.yml)@/.exec(uses)?.[1];
  if (name === undefined) throw new Error(`${uses} is no workflow of ours.`);
  return readFileSync(name, 'utf8');
}

function under(path: string): readonly string[] {
  return readdirSync(path)
    .sort()
    .flatMap((name) => {
      const file = join(path, name);
      return statSync(file).isDirectory() ? under(file) : [file];
    });
}

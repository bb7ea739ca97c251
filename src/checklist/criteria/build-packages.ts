// What a build carries along: development packages in the folder that is shipped, or in the image by its Dockerfile.
import { z } from 'zod';
import type { Answers } from '../../evidence/answer.ts';
import { asksWord, findWord } from '../attestation.ts';
import { buildFolder } from '../build-folder.ts';
import { type Context, type Criterion, type Given, withOptions } from '../criterion.ts';
import { type Found, fail, notTold, pass, unknownFinding } from '../finding.ts';
import { readDockerfile } from '../report/dockerfile.ts';
import { readJson } from '../report/reading.ts';
import { origin } from '../report-file.ts';
import { counted, listed } from '../words.ts';
import * as worded from './words/build-packages.ts';

type Options = Given<typeof worded.noDevDependencies>;

/** `no-dev-dependencies-in-build`: no development package in the folder that is shipped; else each install in the Dockerfile leaves them out. */
export const noDevDependencies: Criterion = withOptions({
  ...worded.noDevDependencies,
  asks: (context, given, answers) => {
    const { sha } = context.change;
    if (given.folder !== undefined)
      return [
        { kind: 'workspace-paths', folder: given.folder },
        { kind: 'file', path: given.manifest, sha },
      ];
    const image = { kind: 'file', path: given.dockerfile, sha } as const;
    return [image, ...(answers.value(image)?.found === false ? asksWord(given, context, answers) : [])];
  },
  finds: (context, given, answers) =>
    given.folder === undefined
      ? byDockerfile(given, context, answers)
      : byFolder(given, given.folder, context, answers),
});

const dependencies = z.looseObject({
  dependencies: z.record(z.string(), z.unknown()).optional(),
  devDependencies: z.record(z.string(), z.unknown()).optional(),
});

function byFolder(given: Options, folder: string, context: Context, answers: Answers): Found {
  const built = buildFolder(folder, answers);
  if (built.kind === 'open') return built.found;
  if (built.kind === 'nothing')
    return unknownFinding(
      `there is nothing in ${folder}`,
      'build in a step before the gate, or correct `with: folder:`',
    );
  const file = answers.of({ kind: 'file', path: given.manifest, sha: context.change.sha });
  if (file.kind === 'unknown') return notTold(file);
  const json = readJson(file.value.text);
  const parsed = json.kind === 'report' ? dependencies.safeParse(json.report) : undefined;
  if (parsed?.success !== true)
    return unknownFinding(`${given.manifest} names no packages`, 'correct `with: manifest:`', 'author');
  const wanted = new Set(Object.keys(parsed.data.dependencies ?? {}));
  const development = Object.keys(parsed.data.devDependencies ?? {}).filter((name) => !wanted.has(name));
  const carried = new Set(built.files.flatMap(({ path }) => packageOf(path) ?? []));
  const found = development.filter((name) => carried.has(name));
  if (found.length > 0) return fail(`shipped: ${listed(found, 3)}`, 'install without development packages', 'author');
  return pass(`none of ${counted(development.length, 'package', 'packages')}${origin(context)}`);
}

function packageOf(path: string): string | undefined {
  return /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(path)?.[1];
}

function byDockerfile(given: Options, context: Context, answers: Answers): Found {
  const told = answers.of({ kind: 'file', path: given.dockerfile, sha: context.change.sha });
  if (told.kind === 'unknown') return notTold(told);
  if (!told.value.found) return findWord(given, context, answers, ['with: folder:', 'with: dockerfile:']);
  const link = { text: given.dockerfile, href: told.value.url };
  const installs = readDockerfile(told.value.text);
  if (installs.kind === 'unreadable')
    return unknownFinding([link, ` proves nothing: ${installs.because}`], 'correct `with: dockerfile:`', 'author');
  const { development, production } = installs.report;
  if (development.length > 0)
    return fail(
      [link, `: ${listed(development, 2)}`],
      'install without development packages, as by --omit=dev',
      'author',
    );
  return production.length > 0
    ? pass([link, `: ${listed(production, 2)}`])
    : unknownFinding(
        [link, ' installs no packages that could be recognised'],
        'name what is shipped under `with: folder:`',
      );
}

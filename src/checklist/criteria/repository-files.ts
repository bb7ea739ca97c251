// What stands in version control beside the code: configuration of each environment, infrastructure, and the addresses they name.
import type { Answers } from '../../evidence/answer.ts';
import type { Question } from '../../evidence/question.ts';
import { anyMatches } from '../../kit/glob.ts';
import { asksWord, findWord } from '../attestation.ts';
import { buildFolder } from '../build-folder.ts';
import { type Context, type Criterion, type Given, withOptions } from '../criterion.ts';
import { type Found, fail, notTold, pass, unknownFinding } from '../finding.ts';
import { foreignAddresses } from '../report/address.ts';
import { readDrift } from '../report/drift.ts';
import { asksReports, origin, placeOf, reportAt } from '../report-file.ts';
import { configurationOf, listing, listingOf, matching } from '../repository-files.ts';
import { counted, listed } from '../words.ts';
import * as worded from './words/repository-files.ts';

/** `config-versioned`: this environment, and each that comes before it, has files of its own in the repository. */
export const configVersioned: Criterion = withOptions({
  ...worded.configVersioned,
  asks: (context, given, answers) => [listingOf(context), ...asksWord(given, context, answers)],
  finds: (context, given, answers) => {
    const told = listing(context, answers);
    if (told.kind === 'open') return told.found;
    const { environment, needs } = context.policy;
    const found = [environment, ...needs].map((name) => ({
      name,
      files: told.paths.filter((path) => anyMatches(configurationOf(name, given.paths), path)),
    }));
    const bare = found.filter(({ files }) => files.length === 0).map(({ name }) => name);
    if (bare.length === 0) return pass(found.map(({ name, files }) => `${name}: ${listed(files, 2)}`).join('; '));
    if (given.paths === undefined) return findWord(given, context, answers, ['with: paths:']);
    return fail(`no ${listed(given.paths, 2)} for ${listed(bare, 3)}`, 'commit its configuration', 'author');
  },
});

/** Files of the tools that people define infrastructure with. */
const infrastructure = [
  '**/*.{tf,tf.json,bicep,nomad}',
  '**/{Pulumi,serverless,template,Chart,kustomization}.{yaml,yml}',
  '**/cdk.json',
  '**/{k8s,kubernetes,manifests,ansible,playbooks}/**/*.{yaml,yml}',
  '**/{docker-compose,compose}*.{yaml,yml}',
  '{fly.toml,render.yaml,app.yaml}',
  '!**/{test,tests,fixtures,examples,node_modules}/**',
];

/** `infrastructure-as-code`: the repository defines infrastructure, and a plan under `drift` finds nothing that differs from it. */
export const infrastructureAsCode: Criterion = withOptions({
  ...worded.infrastructureAsCode,
  asks: (context, given, answers) => [
    listingOf(context),
    ...asksWord(given, context, answers),
    ...(given.drift === undefined ? [] : asksReports([given.drift], given.from, context, answers)),
  ],
  finds: (context, given, answers) => {
    const told = listing(context, answers);
    if (told.kind === 'open') return told.found;
    const files = told.paths.filter((path) => anyMatches(given.paths ?? infrastructure, path));
    if (files.length === 0)
      return given.paths === undefined
        ? findWord(given, context, answers, ['with: paths:'])
        : fail(`no file is called ${listed(given.paths, 3)}`, 'commit the definition of the infrastructure', 'author');
    const words = listed(files, 3);
    if (given.drift === undefined) return pass(words);
    const place = placeOf(given.drift, given.from, context, answers);
    const drift = reportAt(place, 'the JSON of a terraform plan', readDrift, answers);
    if (drift.kind === 'open') return drift.found;
    return drift.report.length === 0
      ? pass(`${words}; nothing differs${origin(context)}`)
      : fail(`differs: ${listed(drift.report, 3)}`, 'apply the definition, or correct it', 'author');
  },
});

/** Files that are read for addresses, and the bytes of those of a build (ours): more would cost more than a gate should. */
const mostFiles = 20;
const mostBuilt = 500;
const mostBytes = 50_000_000;

type Endpoints = Given<typeof worded.endpointsOfProduction>;

/** `api-endpoints-production`: no address in the environment's configuration, or in what is shipped, is of a machine of one's own or of a stage before. */
export const endpointsOfProduction: Criterion = withOptions({
  ...worded.endpointsOfProduction,
  asks: (context, given, answers) => [
    ...(given.folder === undefined
      ? [listingOf(context)]
      : [{ kind: 'workspace-paths', folder: given.folder } as const]),
    ...(given.folder === undefined && textQuestions(given, context, answers).length === 0
      ? asksWord(given, context, answers)
      : textQuestions(given, context, answers)),
  ],
  finds: (context, given, answers) => {
    const told = given.folder === undefined ? listing(context, answers) : buildFolder(given.folder, answers);
    if (told.kind === 'open') return told.found;
    const texts = textQuestions(given, context, answers);
    if (texts.length === 0) return withoutFiles(given, context, answers);
    if (given.folder === undefined && texts.length > mostFiles)
      return unknownFinding(
        `${texts.length} files, more than ${mostFiles}`,
        'name fewer under `with: paths:`',
        'author',
      );
    return judgedAddresses(texts, given, context, answers);
  },
});

type TextQuestion = Extract<Question, { readonly kind: 'file' | 'workspace-file' }>;

function textQuestions(given: Endpoints, context: Context, answers: Answers): readonly TextQuestion[] {
  const { sha } = context.change;
  if (given.folder === undefined) {
    const paths = matching(configurationOf(context.policy.environment, given.paths), context, answers);
    return paths.slice(0, mostFiles + 1).map((path) => ({ kind: 'file', path, sha }));
  }
  const files = (answers.value({ kind: 'workspace-paths', folder: given.folder })?.files ?? []).filter(({ path }) =>
    /\.(m?js|cjs|json|html|env|ya?ml|toml|properties|conf)$/.test(path),
  );
  const isLarge = files.length > mostBuilt || files.reduce((sum, { bytes }) => sum + bytes, 0) > mostBytes;
  return isLarge ? [] : files.map(({ path }) => ({ kind: 'workspace-file', path }));
}

function withoutFiles(given: Endpoints, context: Context, answers: Answers): Found {
  if (given.folder !== undefined)
    return unknownFinding(`nothing in ${given.folder}, or too much`, 'correct `with: folder:`', 'author');
  if (given.paths !== undefined)
    return unknownFinding(`no file is called ${listed(given.paths, 3)}`, 'correct `with: paths:`', 'author');
  return findWord(given, context, answers, ['with: paths:', 'with: folder:']);
}

function judgedAddresses(texts: readonly TextQuestion[], given: Endpoints, context: Context, answers: Answers): Found {
  const foreign: string[] = [];
  let count = 0;
  for (const question of texts) {
    const told = answers.of(question);
    if (told.kind === 'unknown') return notTold(told);
    const { all, wrong } = foreignAddresses(told.value.text, given.allow);
    count += all;
    foreign.push(...wrong.map((host) => `${host} in ${question.path}`));
  }
  if (foreign.length > 0)
    return fail(
      listed(foreign, 3),
      'name the addresses of production, or let hosts through under `with: allow:`',
      'author',
    );
  if (count === 0)
    return unknownFinding(
      `no address in ${counted(texts.length, 'file', 'files')}`,
      'name the files that have them',
      'author',
    );
  return pass(
    `${counted(count, 'address', 'addresses')} in ${counted(texts.length, 'file', 'files')}${given.folder === undefined ? '' : origin(context)}`,
  );
}

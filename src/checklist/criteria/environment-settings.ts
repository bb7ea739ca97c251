// Secrets and variables of the environment, by their names alone: GitHub shows no value, and neither do we.
import type { Answers } from '../../evidence/answer.ts';
import type { QuestionOf } from '../../evidence/question.ts';
import { asksWord, findWord, orWord } from '../attestation.ts';
import { type Context, type Criterion, type Given, withOptions } from '../criterion.ts';
import { type Found, fail, notTold, pass, unknownFinding } from '../finding.ts';
import { readSettings } from '../report/settings.ts';
import { counted, listed } from '../words.ts';
import * as worded from './words/environment-settings.ts';

type Of = QuestionOf<'setting-names'>['of'];

function namesOf(of: Of, environment: string): QuestionOf<'setting-names'> {
  return { kind: 'setting-names', of, environment };
}

/** Names of settings are the same in any case. */
function lacking(wanted: readonly string[], present: readonly string[]): readonly string[] {
  const there = new Set(present.map((name) => name.toUpperCase()));
  return wanted.filter((name) => !there.has(name.toUpperCase()));
}

/** `secrets-present-in-environment`: every secret under `names` is one of the environment; one of the repository will not do. */
export const secretsPresent: Criterion = withOptions({
  ...worded.secretsPresent,
  asks: (context, given, answers) => [
    ...asksWord(given, context, answers),
    ...(given.names === undefined ? [] : [namesOf('secrets', context.policy.environment)]),
  ],
  finds: (context, given, answers) => {
    if (given.names === undefined) return findWord(given, context, answers, ['with: names:']);
    const { environment } = context.policy;
    const told = answers.of(namesOf('secrets', environment));
    if (told.kind === 'unknown') return orWord(told, given, context, answers);
    const absent = lacking(given.names, told.value);
    if (absent.length === 0) return pass(`${counted(given.names.length, 'secret', 'secrets')} of ${environment}`);
    return fail(
      `${environment} has no ${listed(absent, 4)}`,
      'add them under Settings, Environments',
      'owner of the policy',
    );
  },
});

/** `secrets-per-environment`: the environment has secrets of its own, and none that another environment needs too is shared through the repository. */
export const secretsPerEnvironment: Criterion = withOptions({
  ...worded.secretsPerEnvironment,
  asks: (context, given, answers) => [
    ...asksWord(given, context, answers),
    ...(given.attestation === undefined ? ownAndShared(context) : []),
  ],
  finds: (context, given, answers) => {
    if (given.attestation !== undefined) return findWord(given, context, answers);
    const { environment } = context.policy;
    const [own, common] = ownAndShared(context).map((question) => answers.of(question));
    if (own === undefined || common === undefined) return unknownFinding('nobody asked', 'run the gate again');
    if (own.kind === 'unknown') return orWord(own, given, context, answers);
    if (common.kind === 'unknown') return orWord(common, given, context, answers);
    if (own.value.length === 0)
      return fail(
        `${environment} has no secret of its own`,
        'move its secrets from the repository there',
        'owner of the policy',
      );
    const shared = lacking(common.value, given.shared ?? []).filter((name) => lacking([name], own.value).length > 0);
    if (shared.length > 0)
      return fail(
        `shared by all environments: ${listed(shared, 4)}`,
        'move them to each environment, or name them under `with: shared:`',
        'owner of the policy',
      );
    return pass(`${counted(own.value.length, 'secret', 'secrets')} of ${environment}`);
  },
});

function ownAndShared({ policy }: Context): readonly QuestionOf<'setting-names'>[] {
  return [namesOf('secrets', policy.environment), namesOf('secrets', '')];
}

type Variables = Given<typeof worded.variablesSet>;

/** `environment-variables-set`: each key of `example` is a variable or secret of the environment or the repository, or set in the file `in`. */
export const variablesSet: Criterion = withOptions({
  ...worded.variablesSet,
  asks: (context, given, answers) => {
    const example = given.names === undefined ? [fileOf(given.example, context)] : [];
    const wanted = wantedNames(given, context, answers);
    if (wanted.kind === 'word') return [...example, ...asksWord(given, context, answers)];
    const places = given.in === undefined ? placesOf(context) : [fileOf(given.in, context)];
    return [...example, ...(wanted.kind === 'names' ? places : []), ...asksWord(given, context, answers)];
  },
  finds: (context, given, answers) => {
    const wanted = wantedNames(given, context, answers);
    if (wanted.kind === 'open') return wanted.found;
    if (wanted.kind === 'word') return findWord(given, context, answers, ['with: names:', 'with: example:']);
    const set = given.in === undefined ? setInGithub(given, context, answers) : setInFile(given.in, context, answers);
    if (set.kind === 'open') return set.found;
    const absent = lacking(wanted.names, set.names);
    if (wanted.names.length === 0)
      return unknownFinding('no variable is named', 'name them under `with: names:`', 'author');
    return absent.length === 0
      ? pass(`${counted(wanted.names.length, 'variable', 'variables')} set ${set.where}`)
      : fail(`not set ${set.where}: ${listed(absent, 4)}`, 'set them, or name them under `with: except:`', 'author');
  },
});

type Wanted =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'open'; readonly found: Found }
  | { readonly kind: 'word' };

function wantedNames(given: Variables, context: Context, answers: Answers): Wanted {
  const chosen = (all: readonly string[]): Wanted => {
    const left = lacking(all, given.except);
    return { kind: 'names', names: left };
  };
  if (given.names !== undefined) return chosen(given.names);
  const told = answers.of(fileOf(given.example, context));
  if (told.kind === 'unknown') return { kind: 'open', found: notTold(told) };
  if (!told.value.found) return { kind: 'word' };
  const keys = readSettings('.env', told.value.text);
  return keys.kind === 'report'
    ? chosen(keys.report.map(({ key }) => key))
    : { kind: 'open', found: unknownFinding(`${given.example}: ${keys.because}`, 'name them under `with: names:`') };
}

type Settings =
  | { readonly kind: 'set'; readonly names: readonly string[]; readonly where: string }
  | { readonly kind: 'open'; readonly found: Found };

function setInGithub(given: Variables, context: Context, answers: Answers): Settings {
  const all: string[] = [];
  for (const question of placesOf(context)) {
    const told = answers.of(question);
    if (told.kind === 'unknown') return { kind: 'open', found: orWord(told, given, context, answers) };
    all.push(...told.value);
  }
  return { kind: 'set', names: all, where: `in ${context.policy.environment}` };
}

/** A key without a value is not set: what the code falls back to then, nobody decided. */
function setInFile(path: string, context: Context, answers: Answers): Settings {
  const told = answers.of(fileOf(path, context));
  if (told.kind === 'unknown') return { kind: 'open', found: notTold(told) };
  const settings = told.value.found ? readSettings(path, told.value.text) : undefined;
  if (settings === undefined || settings.kind === 'unreadable') {
    const because = settings === undefined ? 'it is not there' : settings.because;
    return { kind: 'open', found: unknownFinding(`${path}: ${because}`, 'correct `with: in:`', 'author') };
  }
  const set = settings.report.filter(({ value }) => value.trim() !== '');
  return { kind: 'set', names: set.map(({ key }) => key), where: `in ${path}` };
}

function placesOf({ policy }: Context): readonly QuestionOf<'setting-names'>[] {
  const both = ['variables', 'secrets'] as const;
  return both.flatMap((of) => [namesOf(of, policy.environment), namesOf(of, '')]);
}

function fileOf(path: string, { change }: Context): QuestionOf<'file'> {
  return { kind: 'file', path, sha: change.sha };
}

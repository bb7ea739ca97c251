// Reads an action's action.yml and works out the inputs of one stage, as the runner does.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { evaluateText, type Scope } from './expressions.ts';
import type { Words } from './types.ts';

export type ActionFile = {
  readonly name: string;
  /** Absolute path of the folder that holds action.yml. */
  readonly folder: string;
  readonly main: string;
  readonly post: string | undefined;
  readonly postIf: string;
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly deprecationMessage?: string }>>;
};

type Raw = {
  readonly inputs?: Readonly<
    Record<string, { readonly default?: unknown; readonly deprecationMessage?: string } | null>
  >;
  readonly runs?: {
    readonly using?: string;
    readonly main?: string;
    readonly post?: string;
    readonly 'post-if'?: string;
  };
};

/** Reads `<actions>/<name>/action.yml`. Throws when it is missing or no Node action, or when its bundle is missing. */
export function readAction(actions: string, name: string): ActionFile {
  const file = resolve(actions, name, 'action.yml');
  if (!existsSync(file)) throw new Error(`There is no action at ${file}.`);
  const raw = parse(readFileSync(file, 'utf8')) as Raw;
  const { using, main, post } = raw.runs ?? {};
  if (using === undefined || !/^node\d+$/.test(using))
    throw new Error(`${file}: runs.using is ${using}, the harness runs Node actions.`);
  const folder = dirname(file);
  for (const entry of [main, post]) {
    if (entry !== undefined && !existsSync(join(folder, entry))) {
      throw new Error(`${file} names ${entry}, which does not exist: run npm run build.`);
    }
  }
  if (main === undefined) throw new Error(`${file}: runs.main is missing.`);
  const inputs = Object.entries(raw.inputs ?? {}).map(([key, input]) => [key, inputOf(input)] as const);
  return { name, folder, main, post, postIf: raw.runs?.['post-if'] ?? 'always()', inputs: Object.fromEntries(inputs) };
}

function inputOf(input: { readonly default?: unknown; readonly deprecationMessage?: string } | null) {
  return {
    ...(input?.default === undefined || input.default === null ? {} : { default: String(input.default) }),
    ...(input?.deprecationMessage === undefined ? {} : { deprecationMessage: input.deprecationMessage }),
  };
}

/** What the default of an input may read. */
const defaultContexts = ['github', 'strategy', 'matrix', 'job', 'runner'];

function pick<T>(from: Readonly<Record<string, T>>, keys: readonly string[]): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(from).filter(([key]) => keys.includes(key)));
}

/**
 * The inputs of a stage: what `with` gives, evaluated now, else the evaluated default, else empty.
 * Unknown and deprecated keys are told as warnings; `required` is not looked at, as on GitHub.
 */
export function inputsOf(
  action: ActionFile,
  given: Readonly<Record<string, string | number | boolean>>,
  scope: Scope,
): { readonly inputs: Words; readonly warnings: readonly string[] } {
  const declared = new Map(Object.entries(action.inputs).map(([key, input]) => [key.toLowerCase(), input]));
  const inputs: Record<string, string> = {};
  const warnings: string[] = [];
  const unknown: string[] = [];
  const ofDefaults = { ...scope, contexts: pick(scope.contexts, defaultContexts) };
  for (const [key, value] of Object.entries(given)) {
    inputs[key.toLowerCase()] = evaluateText(String(value), scope);
    const input = declared.get(key.toLowerCase());
    if (input === undefined) unknown.push(key);
    else if (input.deprecationMessage !== undefined) {
      warnings.push(`Input '${key}' has been deprecated with message: ${input.deprecationMessage}`);
    }
  }
  for (const [key, input] of declared)
    if (!(key in inputs)) inputs[key] = evaluateText(input.default ?? '', ofDefaults);
  if (unknown.length > 0) {
    const valid = Object.keys(action.inputs).map((key) => `'${key}'`);
    const quoted = unknown.map((key) => `'${key}'`);
    warnings.push(`Unexpected input(s) ${quoted.join(', ')}, valid inputs are [${valid.join(', ')}]`);
  }
  return { inputs, warnings };
}

/** The variables a step reads its inputs from: spaces become `_`, then upper case; hyphens stay. */
export function inputVariables(inputs: Words): Words {
  return Object.fromEntries(
    Object.entries(inputs).map(([key, value]) => [`INPUT_${key.replaceAll(' ', '_').toUpperCase()}`, value]),
  );
}

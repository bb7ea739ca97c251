// What a workflow file says, and the rules by which its inputs, permissions and matrix are read.
import { parse } from 'yaml';
import type { Json, Words } from './types.ts';

type Scalar = string | number | boolean;
export type Env = Readonly<Record<string, Scalar | null>>;
/** `read-all`, `write-all`, a map of scopes, or undefined where nothing is written. */
export type Permissions = string | Readonly<Record<string, string>> | undefined;

export type InputDeclaration = {
  readonly type?: 'string' | 'boolean' | 'number' | 'choice' | 'environment';
  readonly required?: boolean;
  readonly default?: Scalar;
  readonly options?: readonly string[];
};

export type StepFile = {
  readonly name?: string;
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly with?: Readonly<Record<string, Scalar>>;
  readonly env?: Env;
  readonly if?: Scalar;
  readonly 'continue-on-error'?: boolean;
  readonly 'timeout-minutes'?: number;
  readonly 'working-directory'?: string;
};

export type JobFile = {
  readonly needs?: string | readonly string[];
  readonly if?: Scalar;
  readonly permissions?: Permissions;
  readonly strategy?: {
    readonly matrix?: string | Readonly<Record<string, string | readonly Json[]>>;
    readonly 'fail-fast'?: boolean;
  };
  readonly env?: Env;
  readonly outputs?: Words;
  readonly steps?: readonly StepFile[];
  readonly uses?: string;
  readonly with?: Readonly<Record<string, Scalar>>;
  readonly secrets?: 'inherit' | Words;
  readonly 'timeout-minutes'?: number;
};

export type WorkflowFile = {
  readonly name?: string;
  readonly on: string | readonly string[] | Readonly<Record<string, Trigger | null>>;
  readonly permissions?: Permissions;
  readonly env?: Env;
  readonly jobs: Readonly<Record<string, JobFile>>;
};

export type Trigger = {
  readonly inputs?: Readonly<Record<string, InputDeclaration | null>>;
  readonly secrets?: Readonly<Record<string, { readonly required?: boolean } | null>>;
  readonly outputs?: Readonly<Record<string, { readonly value: string }>>;
};

/** What the harness would have to do and does not; a file that asks for it is refused rather than run otherwise. */
const unsupported: Readonly<Record<'job' | 'strategy' | 'step', readonly string[]>> = {
  job: ['container', 'services', 'continue-on-error', 'defaults'],
  strategy: ['max-parallel'],
  step: ['working-directory'],
};

/** Reads a workflow. Throws when it has no jobs or asks for what the harness does not do. */
export function readWorkflow(text: string, path: string): WorkflowFile {
  const file = parse(text) as WorkflowFile & { readonly defaults?: unknown };
  if (file === null || typeof file !== 'object' || file.jobs === undefined) throw new Error(`${path} has no jobs.`);
  if (file.defaults !== undefined) throw new Error(`${path}: the harness does not do 'defaults'.`);
  for (const [id, job] of Object.entries(file.jobs)) {
    refuse(job, unsupported.job, `${path}: jobs.${id}`);
    refuse(job.strategy, unsupported.strategy, `${path}: jobs.${id}.strategy`);
    for (const step of job.steps ?? []) refuse(step, unsupported.step, `${path}: jobs.${id}.steps`);
    for (const need of needsOf(job)) {
      if (file.jobs[need] === undefined) throw new Error(`${path}: jobs.${id} needs ${need}, which is no job.`);
    }
  }
  return file;
}

function refuse(value: object | undefined, keys: readonly string[], where: string): void {
  const found = keys.find((key) => value !== undefined && key in value);
  if (found !== undefined) throw new Error(`${where}: the harness does not do '${found}'.`);
}

/** The jobs a job waits for. */
export function needsOf(job: JobFile): readonly string[] {
  return typeof job.needs === 'string' ? [job.needs] : (job.needs ?? []);
}

/** What a workflow says about an event; undefined when the event does not start it. */
export function triggerOf(file: WorkflowFile, event: string): Trigger | undefined {
  if (typeof file.on === 'string') return file.on === event ? {} : undefined;
  if (isList(file.on)) return file.on.includes(event) ? {} : undefined;
  return event in file.on ? (file.on[event] ?? {}) : undefined;
}

function isList<T>(value: readonly T[] | object): value is readonly T[] {
  return Array.isArray(value);
}

/** The inputs of a dispatch or call, typed and with defaults. Throws on unknown, missing and ill-typed ones, as GitHub refuses them. */
export function inputsFor(
  trigger: Trigger,
  given: Readonly<Record<string, Json>>,
  where: string,
): Readonly<Record<string, Json>> {
  const declared = trigger.inputs ?? {};
  const unknown = Object.keys(given).find((name) => !(name in declared));
  if (unknown !== undefined) throw new Error(`${where} has no input '${unknown}'.`);
  const inputs: Record<string, Json> = {};
  for (const [name, declaration] of Object.entries(declared)) {
    const { type = 'string', required = false, options } = declaration ?? {};
    const value = given[name] ?? declaration?.default;
    if (required && (value === undefined || value === '')) throw new Error(`${where}: input '${name}' is required.`);
    inputs[name] = typed(value, type, `${where}: input '${name}'`);
    if (type === 'choice' && !options?.includes(String(inputs[name]))) {
      throw new Error(`${where}: input '${name}' is '${String(inputs[name])}', not one of ${options?.join(', ')}.`);
    }
  }
  return inputs;
}

function typed(value: Json | undefined, type: string, where: string): Json {
  if (type === 'boolean') {
    if (value === undefined || value === false || value === 'false' || value === '') return false;
    if (value === true || value === 'true') return true;
    throw new Error(`${where} is no boolean: '${String(value)}'.`);
  }
  if (type === 'number') {
    const number = Number(value ?? 0);
    if (Number.isNaN(number)) throw new Error(`${where} is no number: '${String(value)}'.`);
    return number;
  }
  return value === undefined || value === null ? '' : String(value);
}

const rank: Readonly<Record<string, number>> = { none: 0, read: 1, write: 2 };

/** Throws when a called job asks for more than the job that calls it has, as GitHub does. */
export function checkPermissions(asked: Permissions, allowed: Permissions, job: string): void {
  if (allowed === undefined || allowed === 'write-all' || typeof asked !== 'object') return;
  for (const [scope, level] of Object.entries(asked)) {
    const has = allowed === 'read-all' ? 'read' : typeof allowed === 'object' ? (allowed[scope] ?? 'none') : 'none';
    if ((rank[level] ?? 0) > (rank[has] ?? 0)) {
      throw new Error(
        `The nested job '${job}' is requesting '${scope}: ${level}', but is only allowed '${scope}: ${has}'.`,
      );
    }
  }
}

type Combination = Readonly<Record<string, Json>>;

/** The combinations of a matrix, with its `include` and `exclude`; `[{}]` when there is none. */
export function combinations(matrix: Json | undefined): readonly Combination[] {
  if (matrix === undefined || matrix === null) return [{}];
  if (typeof matrix !== 'object' || isList(matrix)) throw new Error('A matrix is a map of lists.');
  const { include = [], exclude = [], ...axes } = matrix as Record<string, Json>;
  const names = Object.keys(axes);
  let all: readonly Combination[] = names.length === 0 ? [] : [{}];
  for (const name of names) {
    const values = axes[name];
    if (!Array.isArray(values) || values.length === 0)
      throw new Error(`The matrix vector '${name}' is no list with values.`);
    all = all.flatMap((one) => values.map((value) => ({ ...one, [name]: value })));
  }
  const kept = all.filter((one) => !(exclude as readonly Combination[]).some((gone) => agrees(one, gone)));
  const combined: Combination[] = [...kept];
  for (const more of include as readonly Combination[]) {
    const ofAxes = Object.fromEntries(Object.entries(more).filter(([key]) => names.includes(key)));
    const matching = kept.filter((one) => agrees(one, ofAxes));
    if (matching.length === 0) combined.push(more);
    for (const one of matching) {
      const at = combined.findIndex((other) => agrees(other, one));
      combined[at] = { ...combined[at], ...more };
    }
  }
  return combined;
}

function agrees(one: Combination, wanted: Combination): boolean {
  return Object.entries(wanted).every(([key, value]) => JSON.stringify(one[key]) === JSON.stringify(value));
}

/** An `env:` map as text. */
export function envOf(env: Env | undefined): Words {
  return Object.fromEntries(Object.entries(env ?? {}).map(([name, value]) => [name, String(value ?? '')]));
}

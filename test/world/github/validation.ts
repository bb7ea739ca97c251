// Holds requests and answers against GitHub's published OpenAPI description (a slimmed extract, see ../openapi).
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

type Schema = Readonly<Record<string, unknown>>;

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly operationId: string;
  readonly docs?: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: 'path' | 'query';
    readonly required: boolean;
    readonly schema: Schema;
  }[];
  readonly body?: { readonly required: boolean; readonly schema: Schema };
  readonly responses: Readonly<Record<string, Schema | null>>;
}

interface Description {
  readonly operations: readonly Operation[];
}

/** Answers GitHub gives without describing them. */
const undescribed: Readonly<Record<string, readonly number[]>> = {
  // 200 with the run's details belongs to newer API versions or `return_run_details`; Octokit's version still gets 204.
  'actions/create-workflow-dispatch': [204],
  // "Branch not protected" and a login that is no user's.
  'repos/get-collaborator-permission-level': [404],
};
/** Errors any operation may end in. */
const general = [400, 401, 403, 404, 409, 413, 422, 429];

export class Validation {
  readonly operations: readonly Operation[];
  readonly #bodies: Ajv;
  readonly #parameters: Ajv;
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(description: Description) {
    this.operations = description.operations;
    this.#bodies = validator(description, {});
    this.#parameters = validator(description, { coerceTypes: 'array', useDefaults: true });
  }

  /** Path and query values with the types and the defaults that the description gives them; what is wrong with them. */
  parameters(
    operation: Operation,
    given: Readonly<Record<string, unknown>>,
  ): { readonly values: Record<string, unknown>; readonly faults: string[] } {
    const { parameters } = operation;
    const validate = this.#compile(this.#parameters, `${operation.operationId} parameters`, () => ({
      type: 'object',
      properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, absolute(schema)])),
      required: parameters.filter(({ required }) => required).map(({ name }) => name),
      additionalProperties: false,
    }));
    const values = { ...given };
    return { values, faults: validate(values) ? [] : sayErrors(validate.errors) };
  }

  /** What is wrong with a request's body; a key that the description does not know counts, since GitHub ignores it silently. */
  requestBody(operation: Operation, body: unknown): string[] {
    if (operation.body === undefined) return body === undefined ? [] : ['this operation takes no body'];
    if (body === undefined) return operation.body.required ? ['the body is missing'] : [];
    const { schema } = operation.body;
    const validate = this.#compile(this.#bodies, `${operation.operationId} request`, () => absolute(schema));
    const faults = validate(body) ? [] : sayErrors(validate.errors);
    const known = schema.properties;
    if (!isRecord(known) || !isRecord(body) || schema.additionalProperties === true) return faults;
    const strangers = Object.keys(body).filter((key) => !(key in known));
    return [...faults, ...strangers.map((key) => `unknown property ${key}`)];
  }

  /** What is wrong with an answer of ours. */
  answer(operation: Operation, status: number, body: unknown): string[] {
    const schema = operation.responses[String(status)];
    if (schema === undefined) {
      const isKnown = undescribed[operation.operationId]?.includes(status) || general.includes(status);
      return isKnown ? [] : [`status ${status} is not described`];
    }
    // An error without a described body still says why.
    if (schema === null) return body === undefined || status >= 400 ? [] : [`status ${status} has no body`];
    const validate = this.#compile(this.#bodies, `${operation.operationId} ${status}`, () => absolute(schema));
    return validate(body) ? [] : sayErrors(validate.errors);
  }

  #compile(ajv: Ajv, key: string, schema: () => Schema): ValidateFunction {
    const validate = this.#compiled.get(key) ?? ajv.compile(schema());
    this.#compiled.set(key, validate);
    return validate;
  }
}

let loaded: Validation | undefined;

/** The validation of the vendored extract; read once a process. */
export function loadValidation(): Validation {
  loaded ??= new Validation(JSON.parse(readFileSync(findExtract(), 'utf8')));
  return loaded;
}

/** The extract lies in the repository, also when these files run compiled from some folder in it. */
function findExtract(): string {
  const name = join('test', 'world', 'openapi', 'api.github.com.json');
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, name))) {
    const above = dirname(folder);
    if (above === folder) throw new Error(`${name} is not in any folder above ${import.meta.url}`);
    folder = above;
  }
  return join(folder, name);
}

function validator(
  description: Description,
  options: { readonly coerceTypes?: 'array'; readonly useDefaults?: boolean },
): Ajv {
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false, logger: false, ...options });
  formats.default(ajv);
  // The documented default of environment_url, "", is no URI (`reference/github.md` section 4).
  ajv.addFormat('uri', true);
  return ajv.addSchema(description, 'github');
}

/** References in an operation's schema point into the extract. */
function absolute(schema: Schema): Schema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"github#/'));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sayErrors(errors: ErrorObject[] | null | undefined): string[] {
  return (errors ?? []).slice(0, 5).map((error) => {
    const detail = 'additionalProperty' in error.params ? ` (${String(error.params.additionalProperty)})` : '';
    return `${error.instancePath || 'it'} ${error.message ?? 'is wrong'}${detail}`;
  });
}

// Judges a JSON document by a JSON Schema (draft 2020-12): nothing is fetched, no code is made.
import { type Schema, Validator } from '@cfworker/json-schema';
import type { Failure } from './expect.ts';

const mostShown = 5;

/** Why a schema cannot be used; undefined when it can. */
export function schemaFault(schema: Readonly<Record<string, unknown>>): string | undefined {
  try {
    new Validator(schema, '2020-12').validate({});
    return undefined;
  } catch (error) {
    return `cannot be used as a JSON Schema: ${error instanceof Error ? error.message : 'it refers to what is not there'}`;
  }
}

/** Where the document breaks the schema: the innermost places, at most five. */
export function schemaFailures(schema: Schema, document: unknown): readonly Failure[] {
  try {
    const { valid, errors } = new Validator(schema, '2020-12', false).validate(document);
    if (valid) return [];
    const inner = errors.filter(({ keyword }) => !structural.includes(keyword));
    return (inner.length === 0 ? errors : inner).slice(0, mostShown).map(({ instanceLocation, error, keyword }) => ({
      about: `schema ${instanceLocation === '#' ? 'of the whole' : instanceLocation.replace(/^#/, '')}`,
      expected: keyword,
      got: error,
    }));
  } catch {
    return [{ about: 'schema', expected: 'a document that can be judged', got: 'it nests too deep' }];
  }
}

/** Keywords that only lead to others. */
const structural = ['properties', 'items', 'allOf', 'anyOf', 'oneOf', '$ref', 'additionalProperties', 'prefixItems'];

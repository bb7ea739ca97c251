// Judges a JSON document by a JSON Schema (draft 2020-12): nothing is fetched, no code is made.
import type { Schema } from '@cfworker/json-schema';
import { z } from 'zod';
import { valueAt } from '../kit/pointer.ts';
import type { Failure } from './failure.ts';
import { lazily, NotLoaded } from './library.ts';
import type { SmokePort } from './port.ts';
import { shown } from './rule.ts';
import type { Expectation } from './shape.ts';

const library = lazily(() => import('@cfworker/json-schema'), /\bschema\b/);

const mostShown = 5;

/** Why a schema cannot be used; undefined when it can. */
export function schemaFault(schema: Readonly<Record<string, unknown>>): string | undefined {
  try {
    const { Validator } = library.now();
    new Validator(schema, '2020-12').validate({});
    return undefined;
  } catch (error) {
    if (error instanceof NotLoaded) throw error;
    return `cannot be used as a JSON Schema: ${error instanceof Error ? error.message : 'it refers to what is not there'}`;
  }
}

/** Where the document breaks the schema: the innermost places, at most five. */
export function schemaFailures(schema: Schema, document: unknown): readonly Failure[] {
  const { Validator } = library.now();
  try {
    const { valid, errors } = new Validator(schema, '2020-12', false).validate(document);
    if (valid) return [];
    const inner = errors.filter(({ keyword }) => !structural.includes(keyword));
    return (inner.length === 0 ? errors : inner)
      .slice(0, mostShown)
      .map(({ instanceLocation, keywordLocation, keyword }) => ({
        about: `schema ${instanceLocation === '#' ? 'of the whole' : instanceLocation.replace(/^#/, '')}`,
        expected: expectedBy(schema, keyword, keywordLocation.replace(/^#/, '')),
        got: heldAt(document, instanceLocation.replace(/^#/, '')),
      }));
  } catch {
    return [{ about: 'schema', expected: 'a document that can be judged', got: 'it nests too deep' }];
  }
}

/** `const "closed"`; the keyword alone where it stands in another part of the schema, or says much. */
function expectedBy(schema: Schema, keyword: string, place: string): string {
  const found = valueAt(schema, place);
  const said = found.kind === 'found' ? shown(found.value) : '';
  return said === '' || said.length > 120 ? keyword : `${keyword} ${said}`;
}

/** The value, or what kind of map or list it is: whole documents are no help. */
function heldAt(document: unknown, place: string): string {
  const found = valueAt(document, place);
  if (found.kind === 'nothing') return 'nothing there';
  const { value } = found;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value !== 'object' || value === null) return shown(value);
  const keys = Object.keys(value);
  if (keys.length === 0) return 'an empty map';
  return `a map of ${keys.slice(0, 8).join(', ')}${keys.length > 8 ? ` and ${keys.length - 8} more` : ''}`;
}

/** Keywords that only lead to others. */
const structural = ['properties', 'items', 'allOf', 'anyOf', 'oneOf', '$ref', 'additionalProperties', 'prefixItems'];

/** The expectation with a schema that stands in a file of the repository read in; or why it cannot be. */
export async function withSchema<E extends Pick<Expectation, 'schema'>>(
  expectation: E,
  files: SmokePort['files'],
): Promise<E | { readonly because: string }> {
  const { schema } = expectation;
  if (schema === undefined || typeof schema.file !== 'string') return expectation;
  try {
    const text = await files.read(schema.file);
    if (text === undefined) return { because: `there is no schema ${schema.file} in the checked-out repository` };
    const read = z.record(z.string(), z.unknown()).safeParse(JSON.parse(text));
    const fault = read.success ? schemaFault(read.data) : 'is no map of keys';
    return fault === undefined && read.success
      ? { ...expectation, schema: read.data }
      : { because: `the schema ${schema.file} ${fault ?? ''}` };
  } catch {
    return { because: `the schema ${schema.file} is no JSON` };
  }
}

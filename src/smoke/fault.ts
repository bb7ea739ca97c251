// Faults of a suite that its shape cannot see: ids, needs, words that no check of that kind understands, placeholders that nothing fills.
import { nearest } from '../kit/spelling.ts';
import { catalogue } from '../policy/catalogue.ts';
import type { Fault } from '../policy/fault.ts';
import type { Json } from '../policy/parts.ts';
import { placeOf, placeOfKey, type Traced } from '../policy/traced.ts';
import type { Givers } from './capture.ts';
import { idleFaults } from './idle.ts';
import { circlesOf } from './needs.ts';
import { patternFault } from './pattern.ts';
import { schemaFault } from './schema.ts';

import { wordsOf } from './shape/expectation.ts';
import { type Check, kindOf, type SuiteShape } from './shape.ts';
import { builtInNames, isMaker, namesIn } from './template.ts';

/** The suite as it is written, before its defaults. */
export interface Written {
  readonly value: Json;
  /** With the place of everything; asked for only when something is wrong. */
  readonly tree: () => Traced;
}

/** A suite with who gives whom the values that checks capture. */
type Linked = SuiteShape & { readonly givers: Givers };

/** All of them, in no order. */
export function deeperFaults(suite: Linked, written: Written): readonly Fault[] {
  const byId = new Map(suite.checks.map((check) => [check.id, check]));
  return [
    ...idFaults(suite, written),
    ...suite.checks.flatMap((check, index) => [
      ...needFaults(check, index, byId, written),
      ...wordFaults(check, index, written),
      ...coverFaults(check, index, written),
      ...usedFaults(check, index, byId, written),
      ...idleFaults(check, index, written.tree),
    ]),
    ...circleFaults(suite, written),
    ...readyFaults(written),
    ...nameFaults(suite, written),
  ];
}

function idFaults({ checks }: SuiteShape, written: Written): readonly Fault[] {
  const seen = new Map<string, number>();
  return checks.flatMap(({ id }, index) => {
    const first = seen.get(id);
    if (first === undefined) {
      seen.set(id, index);
      return [];
    }
    const { line } = placeOf(written.tree(), ['checks', first, 'id']);
    const fault = { what: `the id “${id}” stands twice, first in line ${line}`, fix: 'Rename one of the two checks' };
    return [{ ...placeOf(written.tree(), ['checks', index, 'id']), ...fault }];
  });
}

type ById = ReadonlyMap<string, Check>;

function needFaults(check: Check, index: number, byId: ById, written: Written): readonly Fault[] {
  return check.needs.flatMap((need, at): readonly Fault[] => {
    if (byId.has(need)) return [];
    const place = placeOf(written.tree(), ['checks', index, 'needs', at]);
    return [{ ...place, what: `no check has the id “${need}”`, fix: meant(need, [...byId.keys()]) }];
  });
}

/** Each circle once, with the way round. */
function circleFaults({ checks }: SuiteShape, written: Written): readonly Fault[] {
  const places = new Map(checks.map(({ id }, index) => [id, index]));
  return circlesOf(checks).map(([id = '', ...others]) => {
    const over = others.length === 0 ? '' : `, over ${others.slice(0, 10).join(', ')}${others.length > 10 ? ' …' : ''}`;
    const fault = { what: `“${id}” needs itself${over}`, fix: 'Take one of these needs away' };
    return { ...placeOf(written.tree(), ['checks', places.get(id) ?? 0, 'needs']), ...fault };
  });
}

/** A word that this kind of check does not understand would be asked of nothing. */
function wordFaults(check: Check, index: number, written: Written): readonly Fault[] {
  const kind = kindOf(check);
  const known = wordsOf[kind];
  return keysAt(written.value, 'checks', index, 'expect')
    .filter((word) => !known.includes(word))
    .map((word) => ({
      ...placeOfKey(written.tree(), ['checks', index, 'expect'], word),
      what: `“${word}” says nothing about a check of kind ${kind}`,
      fix: known.length === 0 ? 'Remove it: the report itself is judged' : `Known here: ${known.join(', ')}`,
    }));
}

function coverFaults({ covers }: Check, index: number, written: Written): readonly Fault[] {
  return covers.flatMap((id, at) =>
    catalogue.has(id)
      ? []
      : [
          {
            ...placeOf(written.tree(), ['checks', index, 'covers', at]),
            what: `the catalogue has no “${id}”`,
            fix: meant(id, [...catalogue.keys()]),
          },
        ],
  );
}

/** What a check uses that is not usable: a page of a check that gets none, a schema, a pattern, text spliced into a command. */
function usedFaults(check: Check, index: number, byId: ById, written: Written): readonly Fault[] {
  const here = ['checks', index];
  const { assets, command, sql, expect } = check;
  const from = assets === undefined ? undefined : byId.get(assets.from);
  const patterns = Object.entries(check.capture).flatMap(([name, { matches }]): readonly Fault[] => {
    const wrong = matches === undefined ? undefined : patternFault(matches);
    if (wrong === undefined) return [];
    return [
      {
        ...placeOf(written.tree(), [...here, 'capture', name, 'matches']),
        what: `“${matches}” ${wrong}`,
        fix: 'Change it',
      },
    ];
  });
  const schema = expect.schema === undefined ? undefined : schemaFault('file' in expect.schema ? {} : expect.schema);
  const spliced = namesIn(command?.run).length > 0 || namesIn(sql?.query).length > 0;
  return [
    ...(assets !== undefined && from?.http === undefined
      ? [
          {
            ...placeOf(written.tree(), [...here, 'assets']),
            what: `“${assets.from}” is no check that gets a page`,
            fix: 'Name a check of kind http',
          },
        ]
      : []),
    ...patterns,
    ...(schema === undefined
      ? []
      : [
          {
            ...placeOf(written.tree(), [...here, 'expect', 'schema']),
            what: `the schema ${schema}`,
            fix: 'Correct it',
          },
        ]),
    ...(spliced
      ? [
          {
            ...placeOf(written.tree(), [...here, command === undefined ? 'sql' : 'command']),
            what: 'a value would be spliced into a command',
            fix:
              command === undefined
                ? 'Write the query without placeholders'
                : 'Hand it over in env: {NAME: "{{ value }}"}, and use "$NAME"',
          },
        ]
      : []),
  ];
}

function readyFaults(written: Written): readonly Fault[] {
  // Asked again and again while nothing else is read: no place for a file.
  const known = wordsOf.http.filter((word) => word !== 'schema');
  return keysAt(written.value, 'ready', 'expect')
    .filter((word) => !known.includes(word))
    .map((word) => ({
      ...placeOfKey(written.tree(), ['ready', 'expect'], word),
      what: `“${word}” cannot be asked while waiting for the version`,
      fix: `Known here: ${known.join(', ')}`,
    }));
}

/** Placeholders that nothing fills: variables, secrets and built-in names everywhere, captures only of what the check needs. */
function nameFaults(suite: Linked, written: Written): readonly Fault[] {
  const known = [...builtInNames, ...suite.secrets.map((name) => `secrets.${name}`)];
  const everywhere = [
    ...known,
    ...Object.keys(suite.vars),
    ...Object.values(suite.environments).flatMap(({ vars }) => Object.keys(vars)),
  ];
  const inVars = unknownNames(suite.vars, known, written, ['vars'], true);
  const inReady = suite.ready === undefined ? [] : unknownNames(suite.ready, everywhere, written, ['ready']);
  const inPlaces = Object.entries(suite.environments).flatMap(([name, { vars }]) =>
    unknownNames(vars, known, written, ['environments', name, 'vars'], true),
  );
  const inChecks = suite.checks.flatMap((check, index) => {
    const { cleanup, ...asked } = check;
    if (!JSON.stringify(check).includes('{{')) return [];
    const here = ['checks', index];
    const names = [...everywhere, ...(suite.givers.get(check.id)?.keys() ?? [])];
    const after = unknownNames(cleanup, [...names, ...Object.keys(check.capture)], written, [...here, 'cleanup']);
    return [...unknownNames(asked, names, written, here), ...after].map((fault) => withNeed(fault, suite, check));
  });
  return [...inVars, ...inReady, ...inPlaces, ...inChecks];
}

/** Who captures what is missing is found after its `needs` are read: the fault says which to add. */
function withNeed(fault: NameFault, { checks }: SuiteShape, { id }: Check): Fault {
  const { name, ...plain } = fault;
  const giver = checks.find(({ capture }) => Object.hasOwn(capture, name))?.id;
  if (giver === undefined) return plain;
  if (giver === id)
    return { ...plain, fix: `“${id}” captures it itself, after it has asked: use it in a later check, or in cleanup` };
  return { ...plain, fix: `“${giver}” captures it: add needs: [${giver}] to this check` };
}

interface NameFault extends Fault {
  readonly name: string;
}

function unknownNames(
  value: unknown,
  known: readonly string[],
  written: Written,
  path: readonly PropertyKey[],
  makers = false,
): readonly NameFault[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) => [
      ...unknownNames(key, known, written, path, makers),
      ...unknownNames(inner, known, written, [...path, Array.isArray(value) ? Number(key) : key], makers),
    ]);
  }
  if (typeof value === 'string' && value.includes('${{')) {
    const what = '“${{” is filled in by GitHub in workflow files only';
    return [{ ...placeOf(written.tree(), path), name: '', what, fix: 'Write {{ name }}, without the dollar sign' }];
  }
  return namesIn(value)
    .filter((name) => !known.includes(name) && !(makers && isMaker(name)))
    .map((name) => ({
      ...placeOf(written.tree(), path),
      name,
      what: isMaker(name)
        ? `“{{ ${name} }}” makes a new value each time`
        : `nothing gives “{{ ${name} }}” a value here`,
      fix: isMaker(name) ? 'Write it once under vars, and its name here' : meant(name, known),
    }));
}

function meant(wrong: string, known: readonly string[]): string {
  const close = nearest(wrong, known);
  if (close !== undefined) return `Did you mean “${close}”?`;
  return known.length === 0 ? 'Remove it' : `Known here: ${known.slice(0, 20).join(', ')}`;
}

/** The keys of the map that is found over these. */
function keysAt(value: Json, ...path: readonly (string | number)[]): readonly string[] {
  let here: unknown = value;
  for (const step of path)
    here = typeof here === 'object' && here !== null ? Object.getOwnPropertyDescriptor(here, step)?.value : undefined;
  return typeof here === 'object' && here !== null ? Object.keys(here) : [];
}

// Faults of a suite that its shape cannot see: ids, needs, words that no check of that kind understands, placeholders that nothing fills.
import { catalogue } from '../policy/catalogue.ts';
import type { Fault } from '../policy/fault.ts';
import { placeOf, placeOfKey } from '../policy/traced.ts';
import { digitFaults } from './digit-fault.ts';
import { kindFaults } from './kind-fault.ts';
import { circlesOf } from './needs.ts';
import { placeFaults } from './place-fault.ts';
import { type Linked, placeholderFaults } from './placeholder-fault.ts';
import { schemaFault } from './schema.ts';
import { wordsOfReady } from './shape/expectation.ts';
import type { Check, SuiteShape } from './shape.ts';
import { namesIn } from './template.ts';
import { type Found, keysAt, suggest, type Written } from './written.ts';

/** All of them, in no order. */
export function deeperFaults(suite: Linked, written: Written): readonly Found[] {
  const byId = new Map(suite.checks.map((check) => [check.id, check]));
  return [
    ...idFaults(suite, written),
    ...suite.checks.flatMap((check, index) => [
      ...needFaults(check, index, byId, written),
      ...coverFaults(check, index, written),
      ...usedFaults(check, index, byId, written),
      ...kindFaults(check, index, written),
    ]),
    ...circleFaults(suite, written),
    ...readyFaults(written),
    ...placeFaults(suite, written),
    ...digitFaults(written),
    ...placeholderFaults(suite, written),
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

function needFaults(check: Check, index: number, byId: ById, written: Written): readonly Found[] {
  return check.needs.flatMap((need, at): readonly Found[] => {
    if (byId.has(need)) return [];
    const place = placeOf(written.tree(), ['checks', index, 'needs', at]);
    return [{ ...place, what: `no check has the id “${need}”`, fix: () => suggest(need, [...byId.keys()]) }];
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

function coverFaults({ covers }: Check, index: number, written: Written): readonly Found[] {
  return covers.flatMap((id, at) =>
    catalogue.has(id)
      ? []
      : [
          {
            ...placeOf(written.tree(), ['checks', index, 'covers', at]),
            what: `the catalogue has no “${id}”`,
            fix: () => suggest(id, [...catalogue.keys()]),
          },
        ],
  );
}

/** What a check uses that is not usable: a page of a check that gets none, a schema, text spliced into a command. */
function usedFaults(check: Check, index: number, byId: ById, written: Written): readonly Fault[] {
  const here = ['checks', index];
  const { assets, command, sql, expect } = check;
  const from = assets === undefined ? undefined : byId.get(assets.from);
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
  return keysAt(written.value, 'ready', 'expect')
    .filter((word) => !wordsOfReady.includes(word))
    .map((word) => ({
      ...placeOfKey(written.tree(), ['ready', 'expect'], word),
      what: `“${word}” cannot be asked while waiting for the version`,
      fix: `Known here: ${wordsOfReady.join(', ')}`,
    }));
}

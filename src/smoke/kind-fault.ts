// Words of a check that its kind does not know or never acts on: they would be asked of nothing, and so pass unseen.
import type { Fault } from '../policy/fault.ts';
import { placeOf, placeOfKey } from '../policy/traced.ts';
import { type Kind, wordsOf } from './shape/expectation.ts';
import { type Check, kindOf } from './shape.ts';
import { keysAt, type Written } from './written.ts';

const captures: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  http: ['json', 'header', 'html', 'matches'],
  command: ['json', 'matches', 'stdout'],
  sql: ['json', 'value'],
};
const makers: readonly Kind[] = ['http', 'command', 'sql'];

/** Faults of the check at `index`: in `expect`, in `capture`, and a `cleanup` that never comes due. */
export function kindFaults(check: Check, index: number, written: Written): readonly Fault[] {
  return [
    ...wordFaults(check, index, written),
    ...captureFaults(check, index, written),
    ...cleanupFaults(check, index, written),
  ];
}

function wordFaults(check: Check, index: number, written: Written): readonly Fault[] {
  const kind = kindOf(check);
  // Resolvers tell it of addresses alone.
  const timeless = check.dns !== undefined && check.dns.type !== 'A' && check.dns.type !== 'AAAA';
  const known = wordsOf[kind].filter((word) => word !== 'ttl' || !timeless);
  return keysAt(written.value, 'checks', index, 'expect')
    .filter((word) => !known.includes(word))
    .map((word) => ({
      ...placeOfKey(written.tree(), ['checks', index, 'expect'], word),
      what: `“${word}” says nothing about a check of kind ${kind}${word === 'ttl' && timeless ? ` and type ${check.dns?.type}` : ''}`,
      fix: known.length === 0 ? 'Remove it: the report itself is judged' : `Known here: ${known.join(', ')}`,
    }));
}

function captureFaults(check: Check, index: number, { tree }: Written): readonly Fault[] {
  const kind = kindOf(check);
  const known = captures[kind] ?? [];
  return Object.entries(check.capture).flatMap(([name, { secret: _, ...from }]): readonly Fault[] => {
    const source = Object.entries(from).find(([, value]) => value !== undefined)?.[0] ?? '';
    if (known.includes(source)) return [];
    const what = `a check of kind ${kind} captures no ${source}`;
    const fix = known.length === 0 ? 'Remove it: such a check brings no values' : `Known here: ${known.join(', ')}`;
    return [{ ...placeOf(tree(), ['checks', index, 'capture', name]), what, fix }];
  });
}

function cleanupFaults(check: Check, index: number, { tree }: Written): readonly Fault[] {
  const kind = kindOf(check);
  if (check.cleanup === undefined || makers.includes(kind)) return [];
  const fix = `Give it to a check of kind ${makers.join(', ')}: what one of these made is removed`;
  return [{ ...placeOf(tree(), ['checks', index, 'cleanup']), what: `a check of kind ${kind} makes nothing`, fix }];
}

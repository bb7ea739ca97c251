// Words of a check that its kind never acts on: a capture that cannot be taken, a clean-up that never comes due.
import type { Fault } from '../policy/fault.ts';
import { placeOf, type Traced } from '../policy/traced.ts';
import type { Kind } from './shape/expectation.ts';
import { type Check, kindOf } from './shape.ts';

const captures: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  http: ['json', 'header', 'html', 'matches'],
  command: ['json', 'matches', 'stdout'],
  sql: ['json', 'value'],
};
const makers: readonly Kind[] = ['http', 'command', 'sql'];

/** Faults of the check at `index`; `tree` is asked for places only when there are some. */
export function idleFaults(check: Check, index: number, tree: () => Traced): readonly Fault[] {
  const kind = kindOf(check);
  const known = captures[kind] ?? [];
  const here = ['checks', index];
  const taken = Object.entries(check.capture).flatMap(([name, { secret: _, ...from }]): readonly Fault[] => {
    const source = Object.entries(from).find(([, value]) => value !== undefined)?.[0] ?? '';
    if (known.includes(source)) return [];
    const fix = known.length === 0 ? 'Remove it: such a check brings no values' : `Known here: ${known.join(', ')}`;
    return [
      { ...placeOf(tree(), [...here, 'capture', name]), what: `a check of kind ${kind} captures no ${source}`, fix },
    ];
  });
  if (check.cleanup === undefined || makers.includes(kind)) return taken;
  const fix = `Give it to a check of kind ${makers.join(', ')}: what one of these made is removed`;
  return [...taken, { ...placeOf(tree(), [...here, 'cleanup']), what: `a check of kind ${kind} makes nothing`, fix }];
}

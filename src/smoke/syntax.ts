// Faults of the YAML itself, told once: what follows from the first of them says nothing new.
import type { Fault } from '../policy/fault.ts';
import type { Habits } from '../policy/shape-fault.ts';
import { aKeyBehind } from '../policy/slip.ts';
import { asksNothing } from './shape/check.ts';
import { expectsNothing } from './shape/leaf.ts';

/** Placeholders that stand outside of quotes: YAML reads their braces as a map. */
const bare = /(?:^|[\s,:[{])([^\s"',:[{]*\{\{[^}]*\}\}[^\s"',}\]]*)/;

/** Keys that people know from elsewhere. */
export const habits: Habits = {
  name: ['id', 'title'],
  path: ['url'],
  uri: ['url'],
  endpoint: ['url'],
  assert: ['expect'],
  asserts: ['expect'],
  assertions: ['expect'],
  tests: ['checks'],
  steps: ['checks'],
  on: ['for'],
  depends_on: ['needs'],
  interval: ['every', 'backoff'],
  retries: ['attempts', 'retry'],
  base_url: ['base'],
  baseUrl: ['base'],
  data: ['body', 'json'],
  include: ['contains'],
  includes: ['contains'],
  regex: ['matches'],
  pattern: ['matches'],
  eq: ['equals'],
};

/** Of the faults of a text that is not YAML, the first; of any other, all. A placeholder without quotes is named as what it is. */
export function firstOfSyntax(faults: readonly Fault[], text: string): readonly Fault[] {
  const broken = faults
    .filter(({ what }) => what.startsWith('not YAML') || what === 'a key is not a plain word')
    .sort((a, b) => Number(isWord(a)) - Number(isWord(b)) || a.line - b.line || a.column - b.column);
  const [first] = broken;
  if (first === undefined) return faults.map(withHabit);
  const line = (text.split('\n')[first.line - 1] ?? '').replace(/"[^"]*"|'[^']*'/g, '""');
  const placeholder = bare.exec(line)?.[1];
  if (placeholder !== undefined)
    return [
      {
        ...first,
        what: `${placeholder} stands without quotes, so that YAML reads its braces as a map`,
        fix: `Write "${placeholder}", in quotes`,
      },
    ];
  const rest = broken.length - 1;
  const more = rest === 0 ? '' : `; ${rest === 1 ? 'one more fault follows' : `${rest} more faults follow`} from it`;
  const [, key = '', inner] = /^[\s-]*([\w$.-]+): +([^\s{}].*?)\s*$/.exec(line) ?? [];
  if (first.what.includes(aKeyBehind) && inner !== undefined)
    return [{ ...first, what: `${first.what}${more}`, fix: behind(key, inner) }];
  if (first.what.includes('Tabs')) return [{ ...first, what: `${first.what}${more}`, fix: 'Indent with spaces' }];
  return [{ ...first, what: `${first.what}${more}` }];
}

/** Keys whose value is a text, in which a colon is part of it. */
const texts = [
  'title',
  'name',
  'run',
  'query',
  'body',
  'send',
  'contains',
  'starts_with',
  'ends_with',
  'equals',
  'matches',
];

function behind(key: string, inner: string): string {
  if (!texts.includes(key)) return `Write ${key}: {${inner}}`;
  return inner.includes('"') ? `Put the text behind ${key}: in quotes` : `Write ${key}: "${inner}"`;
}

/** Without quotes YAML itself takes offence at the key, before anybody asks what it is to mean. */
function withHabit(fault: Fault): Fault {
  // A suite has no preset that nothing could remove.
  if (fault.fix.startsWith('Write its value; null removes'))
    return { ...fault, fix: 'Write its value behind it, or further in on the lines below' };
  return fault.what.startsWith('“on” as a key')
    ? { ...fault, fix: 'Write for: if this is about what is retried' }
    : fault;
}

/** A misspelt key is one slip: that its check then asks nothing, or its rule expects nothing, follows from it. */
export function withoutConsequences(faults: readonly Fault[]): readonly Fault[] {
  const misspelt = faults.filter(
    ({ what, fix }) => what.startsWith('unknown key') && /^(?:Did you mean|Write \S+ within)/.test(fix),
  );
  // A map stands where its first key stands.
  const isWithin = (map: Fault) => (key: Fault) =>
    key.line === map.line || (key.line > map.line && key.column === map.column);
  return faults.filter(
    (fault) => ![asksNothing, expectsNothing].includes(fault.what) || !misspelt.some(isWithin(fault)),
  );
}

function isWord({ what }: Fault): boolean {
  return !what.startsWith('not YAML');
}

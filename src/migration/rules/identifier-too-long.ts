// Rule identifier-too-long: name of more than 63 bytes.
import { rule } from './rule.ts';

export const identifierTooLong = rule({
  id: 'identifier-too-long',
  level: 'warn',
  title: 'Name of more than 63 bytes',
  why: 'Postgres cuts it off without an error; two names may become one.',
  locks: '',
  versions: 'all',
  fix: 'Choose a shorter name.',
  bad: 'alter table orders add column aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa int;',
  good: 'alter table orders add column aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa int;',
  finds: ({ act, statement }) => {
    // Once a statement: the grammar itself has cut the names already.
    if (statement.deeds[0]?.act !== act) return undefined;
    const bare = statement.text.replace(/'[^']*'|--[^\n]*|\$(\w*)\$[\s\S]*?\$\1\$/g, ' ');
    const names = [...bare.matchAll(/"([^"]+)"|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/g)].map(
      ([word, quoted]) => quoted ?? word,
    );
    const long = names.find((name) => bytesOf(name) > 63);
    return long === undefined
      ? undefined
      : { what: `${long.slice(0, 20)}… has ${bytesOf(long)} bytes, and Postgres cuts it` };
  },
});

function bytesOf(name: string): number {
  return name.length < 16 ? name.length : new TextEncoder().encode(name).length;
}

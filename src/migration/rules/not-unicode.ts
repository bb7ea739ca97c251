// Rule not-unicode: bytes that are no UTF-8.
import { rule } from './rule.ts';

export const notUnicode = rule({
  id: 'not-unicode',
  level: 'error',
  title: 'Bytes that are no UTF-8',
  why: 'Postgres refuses them ("invalid byte sequence for encoding"), or they go into the data as question marks for good.',
  locks: '',
  versions: 'all',
  fix: 'Save the file as UTF-8. If the sign U+FFFD is meant, set this rule aside with a remark.',
  dialects: ['postgres', 'mysql', 'mariadb'],
  bad: "insert into notes values ('caf\uFFFD');",
  good: "insert into notes values ('café');",
  looks: (whole) => {
    const at = whole.raw.indexOf('\uFFFD');
    if (at < 0) return [];
    const above = whole.raw.slice(0, at).split('\n');
    const place = { line: above.length, column: (above.at(-1) ?? '').length + 1 };
    return [{ what: 'a byte here belongs to no letter', at: place }];
  },
});

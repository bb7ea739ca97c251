// Rule prefer-bigint: whole number of four bytes or less.
import { rule } from './rule.ts';

export const preferBigint = rule({
  id: 'prefer-bigint',
  level: 'disabled',
  title: 'Whole number of four bytes or less',
  why: 'It ends at two thousand million; changing it later rewrites the table.',
  locks: '',
  versions: 'all',
  fix: 'Use bigint.',
  bad: 'alter table orders add column points integer;',
  good: 'alter table orders add column points bigint;',
  about: ['add-column', 'create-table'],
  finds: (here) => {
    const { act } = here;
    const columns = act.kind === 'add-column' ? [act.column] : act.kind === 'create-table' ? act.columns : [];
    const found = columns.find(({ type }) =>
      ['int4', 'int2', 'serial', 'serial4', 'smallserial', 'serial2'].includes(type.name),
    );
    return found === undefined
      ? undefined
      : { what: `${found.name} is ${found.type.name}, which ends at 2147483647 or before` };
  },
});

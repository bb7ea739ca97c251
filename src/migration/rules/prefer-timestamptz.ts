// Rule prefer-timestamptz: timestamp without time zone.
import { rule } from './rule.ts';

export const preferTimestamptz = rule({
  id: 'prefer-timestamptz',
  level: 'disabled',
  title: 'timestamp without time zone',
  why: 'It says no instant: each reader takes its own zone.',
  locks: '',
  versions: 'all',
  fix: 'Use timestamptz.',
  bad: 'alter table orders add column paid_at timestamp;',
  good: 'alter table orders add column paid_at timestamptz;',
  about: ['add-column', 'create-table'],
  finds: (here) => {
    const { act } = here;
    const columns = act.kind === 'add-column' ? [act.column] : act.kind === 'create-table' ? act.columns : [];
    const found = columns.find(({ type }) => type.name === 'timestamp');
    return found === undefined ? undefined : { what: `${found.name} is ${found.type.name}, which says no instant` };
  },
});

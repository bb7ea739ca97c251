// Rule prefer-identity: serial column.
import { isSerial } from '../rewrite.ts';
import { rule } from './rule.ts';

export const preferIdentity = rule({
  id: 'prefer-identity',
  level: 'disabled',
  title: 'Serial column',
  why: 'Its sequence has rights and an owner of its own.',
  locks: '',
  versions: 'all',
  fix: 'GENERATED … AS IDENTITY.',
  bad: 'create table a (id bigserial primary key);',
  good: 'create table a (id bigint generated always as identity primary key);',
  about: ['add-column', 'create-table'],
  finds: (here) => {
    const { act } = here;
    const columns = act.kind === 'add-column' ? [act.column] : act.kind === 'create-table' ? act.columns : [];
    const found = columns.find(({ type }) => isSerial(type));
    return found === undefined ? undefined : { what: `${found.name} is ${found.type.name}` };
  },
});

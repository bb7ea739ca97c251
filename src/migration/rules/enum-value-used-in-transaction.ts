// Rule enum-value-used-in-transaction: new enum value used in its own transaction.
import { rule } from './rule.ts';

export const enumValueUsedInTransaction = rule({
  id: 'enum-value-used-in-transaction',
  level: 'error',
  title: 'New enum value used in its own transaction',
  why: 'Postgres refuses it: a new value can be used once it is committed.',
  locks: '',
  versions: '12 and newer may add it in a transaction',
  fix: 'Add the value in one migration, use it in the next.',
  bad: "alter type mood add value 'calm';\nupdate orders set note = 'calm' where id = 1;",
  good: "alter type mood add value 'calm';",
  about: ['add-enum-value'],
  finds: (here) => {
    const { act } = here;
    if (act.kind !== 'add-enum-value' || !here.transactional) return undefined;
    const made = here.before.some((one) => one.kind === 'create' && one.name === act.type);
    const used = !made && here.laterTexts.some((text) => text.includes(`'${act.value}'`));
    return used ? { what: `'${act.value}' is used before it is committed` } : undefined;
  },
});

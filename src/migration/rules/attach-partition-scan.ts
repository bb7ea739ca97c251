// Rule attach-partition-scan: ATTACH PARTITION that reads every row of the table it takes in.
import { onOld, rule } from './rule.ts';

export const attachPartitionScan = rule({
  id: 'attach-partition-scan',
  level: 'warn',
  title: 'ATTACH PARTITION that reads every row',
  why: 'Postgres looks whether each row fits the bounds, and nobody can use the table that is attached meanwhile.',
  locks: 'ACCESS EXCLUSIVE on the table that is attached: its reads and writes wait, for as long as all rows are read',
  versions: 'all',
  fix: 'Add a CHECK with the bounds NOT VALID to the table, and VALIDATE it in another migration: ATTACH PARTITION then reads nothing. Drop the check afterwards.',
  bad: "alter table events attach partition events_old for values from ('2024-01-01') to ('2025-01-01');",
  good: "create table events_2027 (like events);\nalter table events attach partition events_2027 for values from ('2027-01-01') to ('2028-01-01');",
  about: ['attach-partition'],
  finds: (here) => {
    const act = onOld(here, 'attach-partition');
    if (act === undefined || here.isNew(act.partition)) return undefined;
    const known = here.schema.tables.get(act.partition);
    // Which bounds a check must have to prove them is not worked out: one that is validated shows that somebody thought of it.
    if ((known?.constraints ?? []).some(({ kind, validated }) => kind === 'check' && validated)) return undefined;
    return { what: `all rows of ${act.partition} are read before ${act.table} takes them in` };
  },
});

// Rule same-release-add-drop: added and taken away in one release.
import { rule } from './rule.ts';

export const sameReleaseAddDrop = rule({
  id: 'same-release-add-drop',
  level: 'error',
  title: 'Added and taken away in one release',
  why: 'Nothing can have used it, and whoever deploys half of the release has code and schema at odds.',
  locks: '',
  versions: 'all',
  fix: 'Leave both out, or put the second into a later release.',
  dialects: ['postgres', 'mysql', 'mariadb'],
  bad: 'alter table orders add column remark text;\nalter table orders drop column remark;',
  good: 'alter table orders add column remark text;',
  about: ['drop-column', 'rename', 'drop'],
  finds: (here) => {
    const { act, release, schema } = here;
    if (!release.known) return undefined;
    if (act.kind === 'drop-column' || (act.kind === 'rename' && act.thing === 'column')) {
      const column = act.kind === 'rename' ? act.from : act.column;
      if (here.isNew(act.table)) return undefined;
      const madeIn = schema.tables.get(act.table)?.columns.get(column)?.madeIn ?? '';
      return madeIn !== '' && release.isOwn(madeIn)
        ? { what: `${act.table}.${column} is added by ${madeIn}, of this release too` }
        : undefined;
    }
    if (act.kind !== 'drop' || act.thing !== 'table') return undefined;
    const young = act.names.find((name) => {
      const madeIn = schema.tables.get(name)?.madeIn ?? '';
      return !here.isNew(name) && madeIn !== '' && release.isOwn(madeIn);
    });
    return young === undefined
      ? undefined
      : { what: `${young} is made by ${schema.tables.get(young)?.madeIn}, of this release too` };
  },
});

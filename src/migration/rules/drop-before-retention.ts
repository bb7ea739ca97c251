// Rule drop-before-retention: dropped before its retention is over.
import { mayBeThere } from '../schema.ts';
import { type Release, rule } from './rule.ts';

export const dropBeforeRetention = rule({
  id: 'drop-before-retention',
  level: 'warn',
  title: 'Dropped before its retention is over',
  why: 'Nobody was told that it goes: readers outside this repository break, and the data is gone with no release to notice.',
  locks: '',
  versions: 'all',
  fix: "COMMENT ON … IS 'DEPRECATED: …' in a migration now, the drop in a later release.",
  dialects: ['postgres', 'mysql', 'mariadb'],
  bad: 'alter table orders drop column note;',
  good: "comment on column orders.note is 'DEPRECATED: see remark';",
  about: ['drop-column', 'drop'],
  finds: (here) => {
    const { act, release, schema } = here;
    if (act.kind === 'drop-column' && !mayBeThere(act, schema)) return undefined;
    const named =
      act.kind === 'drop-column' ? [act.table] : act.kind === 'drop' && act.thing === 'table' ? act.names : [];
    for (const name of named) {
      if (here.isNew(name) || (act.kind === 'drop-column' && here.isNewColumn(name, act.column))) continue;
      const table = schema.tables.get(name);
      const deprecatedIn =
        (act.kind === 'drop-column' ? table?.columns.get(act.column)?.deprecatedIn : table?.deprecatedIn) || '';
      const thing = act.kind === 'drop-column' ? `${name}.${act.column}` : name;
      const because = tooEarly(deprecatedIn, release);
      if (because !== '') return { what: `${thing} ${because}` };
    }
    return undefined;
  },
});

/** Why a thing may not go yet; empty when it may. A file that is merged was out in one release at least. */
function tooEarly(deprecatedIn: string, release: Release): string {
  if (release.retention === 0) return '';
  if (deprecatedIn === '') return 'was never marked DEPRECATED';
  if (release.known && release.isOwn(deprecatedIn))
    return `is marked DEPRECATED in this very release (${deprecatedIn})`;
  const releases = release.releasesSince(deprecatedIn) ?? 1;
  if (releases >= release.retention) return '';
  return `is marked DEPRECATED for ${releases} of ${release.retention} releases (${deprecatedIn})`;
}

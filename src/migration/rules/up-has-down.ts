// Rule up-has-down: up without a down.
import { rule } from './rule.ts';

export const upHasDown = rule({
  id: 'up-has-down',
  level: 'warn',
  title: 'Up without a down',
  why: 'There is no rehearsed way back from it.',
  locks: '',
  versions: 'all',
  fix: 'Add the down: V042__name.down.sql, 042_name.down.sql, or the part below "-- migrate:down".',
  dialects: ['postgres', 'mysql', 'mariadb'],
  bad: 'alter table orders add column remark text;',
  good: '-- up\nalter table orders add column remark text;\n-- down\nalter table orders drop column remark;',
  looks: (whole) => {
    const { file, down } = whole.parsed;
    const empty = down?.kind === 'parsed' && down.statements.length === 0 && whole.statements.length > 0;
    if (file.down !== undefined && !empty) return [];
    return [{ what: empty ? `the down of ${file.id} does nothing` : `${file.id} has no down` }];
  },
});

// Rule out-of-order: migration that comes before merged ones.
import { compareNumbers } from '../name.ts';
import { rule } from './rule.ts';

export const outOfOrder = rule({
  id: 'out-of-order',
  level: 'warn',
  title: 'Migration that comes before merged ones',
  why: 'Databases that are further on run it late or never, others run it early.',
  locks: '',
  versions: 'all',
  fix: 'Give it a number above all that are merged.',
  dialects: ['postgres', 'mysql', 'mariadb'],
  bad: '',
  good: '',
  looks: (whole) => {
    const { file } = whole.parsed;
    const { changed, files, isOwn } = whole.release;
    if (changed?.get(file.path) !== 'added') return [];
    const later = files.find((one) => !isOwn(one.file.path) && compareNumbers(one.file.number, file.number) > 0);
    return later === undefined ? [] : [{ what: `${later.file.id} is merged already and comes behind it` }];
  },
});

// Rule syntax: text that is no SQL of this database.
import { isLarge, isTemplate } from '../unread.ts';
import { rule } from './rule.ts';

const variable =
  'Only psql fills in :name, :\'name\' and :"name"; the runner sends them as they are. Write the value, or SET it and read it with current_setting().';

export const syntax = rule({
  id: 'syntax',
  level: 'error',
  title: 'Text that is no SQL of this database',
  why: 'It fails when it runs. Nothing of the file is checked until it can be read: it counts as contract.',
  locks: '',
  versions: 'the grammar of PostgreSQL 18',
  fix: 'Correct it at the place that is named; the rest of the file is checked then.',
  bad: 'alter table orders add colum remark text text;',
  good: 'alter table orders add column remark text;',
  looks: (whole) => {
    const { up, down } = whole.parsed;
    return [up, down].flatMap((script) =>
      script?.kind === 'unread' && !isTemplate(whole.raw) && !isLarge(script.because)
        ? [{ what: script.because, at: script, ...(script.because.endsWith('near ":"') ? { fix: variable } : {}) }]
        : [],
    );
  },
});

// Rule syntax: text that is no SQL of this database.
import { isLarge, isTemplate } from '../unread.ts';
import { rule } from './rule.ts';

export const syntax = rule({
  id: 'syntax',
  level: 'error',
  title: 'Text that is no SQL of this database',
  why: 'It fails when it runs.',
  locks: '',
  versions: 'the grammar of PostgreSQL 18',
  fix: 'Correct it at the place that is named.',
  bad: 'alter table orders add colum remark text text;',
  good: 'alter table orders add column remark text;',
  looks: (whole) => {
    const { up, down } = whole.parsed;
    return [up, down].flatMap((script) =>
      script?.kind === 'unread' && !isTemplate(whole.raw) && !isLarge(script.because)
        ? [{ what: script.because, at: script }]
        : [],
    );
  },
});

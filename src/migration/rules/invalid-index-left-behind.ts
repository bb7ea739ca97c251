// Rule invalid-index-left-behind: IF NOT EXISTS over an index that may be invalid.
import { onOld, rule } from './rule.ts';

export const invalidIndexLeftBehind = rule({
  id: 'invalid-index-left-behind',
  level: 'info',
  title: 'IF NOT EXISTS over an index that may be invalid',
  why: 'A CONCURRENTLY that failed leaves an invalid index behind; IF NOT EXISTS then skips it without a word.',
  locks: '',
  versions: 'all',
  fix: 'DROP INDEX CONCURRENTLY IF EXISTS before it, in the same file.',
  bad: '-- transaction:false\ncreate index concurrently if not exists a on orders (note);',
  good: '-- transaction:false\ndrop index concurrently if exists a;\ncreate index concurrently if not exists a on orders (note);',
  about: ['create-index'],
  finds: (here) => {
    const act = onOld(here, 'create-index');
    if (act === undefined || !act.concurrently || !act.guarded) return undefined;
    const cleared = here.before.some(
      (one) => one.kind === 'drop' && one.thing === 'index' && one.names.includes(act.name),
    );
    return cleared
      ? undefined
      : { what: `where an earlier attempt failed, ${act.name} is there and invalid, and is passed over` };
  },
});

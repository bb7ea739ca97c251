// Rule rerun-after-half: file without a transaction that cannot run again.
import { guardedText } from '../guarded.ts';
import { unrepeatable } from '../repetition.ts';
import { rule } from './rule.ts';

export const rerunAfterHalf = rule({
  id: 'rerun-after-half',
  level: 'warn',
  title: 'File without a transaction that cannot run again',
  why: 'It can stop half way, and the next run then fails at what is done already.',
  locks: '',
  versions: 'all',
  fix: 'IF EXISTS and IF NOT EXISTS, or one statement a file.',
  bad: '-- transaction:false\nalter table orders add column a int;\ncreate index concurrently a on orders (note);',
  good: '-- transaction:false\nalter table orders add column if not exists a int;\ncreate index concurrently if not exists a on orders (note);',
  looks: (whole) => {
    const { up } = whole.parsed.file;
    if (up.transactional || whole.statements.length < 2) return [];
    return unrepeatable(whole.statements).map(({ statement, because }) => ({
      what: `a second run fails here: ${because}`,
      at: statement,
      suggestion: guardedText(statement),
    }));
  },
});

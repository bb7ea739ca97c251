// Rule prefer-robust: statement that cannot run twice.
import { guardedText } from '../guarded.ts';
import { unrepeatable } from '../repetition.ts';
import { rule } from './rule.ts';

export const preferRobust = rule({
  id: 'prefer-robust',
  level: 'disabled',
  title: 'Statement that cannot run twice',
  why: 'A second run of the file fails or changes the data again.',
  locks: '',
  versions: 'all',
  fix: 'IF EXISTS and IF NOT EXISTS, OR REPLACE, ON CONFLICT, or a DO block that looks first.',
  bad: 'alter table orders add column remark text;',
  good: 'alter table orders add column if not exists remark text;',
  looks: (whole) => {
    return unrepeatable(whole.statements).map(({ statement, because }) => ({
      what: `a second run stops here: ${because}`,
      at: statement,
      suggestion: guardedText(statement),
    }));
  },
});

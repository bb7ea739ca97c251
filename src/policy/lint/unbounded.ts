/** Rule: a count that must stay unchanged while users write: it changes under every migration, and the check fails for no reason. */
import type { Fault } from '../fault.ts';
import { child, select, textsOf } from '../traced.ts';
import { isWritten, type LintScope } from './scope.ts';

/** Validations with `expect: unchanged` whose SQL has no `where`. */
export function unboundedCounts({ tree }: LintScope): readonly Fault[] {
  return select(tree, 'migrations.validate.*').flatMap(({ value }) => {
    const [sql, expected] = ['sql', 'expect'].map((key) => child(value, key)).map((one) => one && textsOf(one)[0]);
    const unbounded = expected?.text === 'unchanged' && sql !== undefined && !/\bwhere\b/i.test(sql.text);
    if (!unbounded || sql === undefined || !isWritten(sql.at)) return [];
    const what = 'this must stay unchanged and has no bound: rows that users write meanwhile fail it';
    return [
      { ...sql.at, what, fix: 'Count what is older than the start (where created_at < $start), or expect: not-lower' },
    ];
  });
}

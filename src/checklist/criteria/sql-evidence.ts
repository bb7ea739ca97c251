// Criteria of the repository's own that one read-only SQL statement answers, at deploy only.
import { z } from 'zod';
import type { QuestionOf } from '../../evidence/question.ts';
import type { SqlFact } from '../../evidence/service.ts';
import { holds, parseCondition } from '../../policy/condition.ts';
import type { Criterion } from '../criterion.ts';
import { type Found, fail, notTold, pass, unknownFinding } from '../finding.ts';
import { notOnPulls } from './metric-evidence.ts';

/** A gate asks, it does not work: what takes longer is given up (ours). */
export const sqlTimeoutMs = 30_000;
/** The database, when the line names none. */
export const usualUrl = '${DATABASE_URL}';

const shape = z.object({ query: z.string(), expect: z.union([z.string(), z.number()]), url: z.string().optional() });

/** The criterion of the evidence `sql`: the first value of the first row against `expect`. */
export function bySql(options: unknown): Pick<Criterion, 'asks' | 'finds' | 'moment'> {
  const { query, expect, url = usualUrl } = shape.parse(options);
  const question: QuestionOf<'sql'> = { kind: 'sql', url, query, timeoutMs: sqlTimeoutMs };
  return {
    moment: 'deploy',
    asks: ({ moment }) => (moment === 'deploy' ? [question] : []),
    finds: ({ moment }, answers) => {
      if (moment !== 'deploy') return notOnPulls('databases are');
      const told = answers.of(question);
      return told.kind === 'unknown' ? notTold(told) : findRow(told.value, expect);
    },
  };
}

/** `no rows`, `rows`, a number, a condition in the unit the query answers in (`< 100ms` for milliseconds), or the text itself. */
export function findRow({ first }: SqlFact, expect: string | number): Found {
  const mend = 'see what the query finds';
  if (expect === 'no rows' || expect === 'rows') {
    const right = (first === undefined) === (expect === 'no rows');
    const words = first === undefined ? 'no row' : 'at least one row';
    return right ? pass(words) : fail(`${words}, must be ${expect}`, mend, '');
  }
  if (first === undefined)
    return unknownFinding('the query has no row', 'let it answer one, or write `expect: no rows`');
  const value = first[0];
  if (value === null || value === undefined)
    return unknownFinding('the query answers NULL', 'let it answer a value: coalesce(…)');
  const number = value.trim() === '' ? Number.NaN : Number(value);
  const limit = typeof expect === 'string' ? parseCondition(bare(expect)) : undefined;
  if (limit !== undefined || typeof expect === 'number') {
    if (!Number.isFinite(number)) return unknownFinding('the query answers no number', 'let it answer one');
    const kept = limit === undefined ? number === expect : holds(limit, number);
    if (kept === undefined)
      return unknownFinding(`“${expect}” cannot be told of one number`, 'write a limit such as `< 100`');
    return kept ? pass(value) : fail(`${value}, must be ${expect}`, mend, '');
  }
  // What is not a number may be anything, a person's name among it: it is not shown.
  return value === expect ? pass(`“${value}”`) : fail(`something else than “${expect}”`, mend, '');
}

/** The condition without its unit: the query and the policy's author agree on it. */
function bare(condition: string): string {
  return condition.replace(/(\d)\s*(?:%|[a-z][a-z /]*)$/i, '$1');
}

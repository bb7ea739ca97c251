// Questions asked of the data before and after a migration: what they ask, and whether the answers still agree.

export interface Validation {
  readonly id: string;
  readonly sql: string;
  /** `unchanged`, `not-lower`, `within 1 %`, `no rows`, `equals 0`, `checksums`. */
  readonly expect: string;
}

export interface Validated {
  readonly id: string;
  readonly ok: boolean;
  /** What was seen and what was expected. */
  readonly told: string;
}

/** The query with `$start` replaced by the instant (ms) the run began, so that rows written meanwhile do not count. */
export function queryOf(validation: Validation, startedAt: number): string {
  const sql = validation.sql.replaceAll('$start', `timestamptz '${new Date(startedAt).toISOString()}'`);
  return validation.expect === 'checksums' ? checksumsOf(sql) : sql;
}

/**
 * One line of JSON for any query: how many rows, and for each column of its result the sum of a hash over all of them, which no order of
 * rows changes. A value counts together with that of the first column, which tells rows apart.
 */
function checksumsOf(sql: string): string {
  return `select coalesce(json_object_agg(name, rows || ' ' || sum), '{}')::text from (
    select e.name, count(*) as rows, sum(hashtextextended(coalesce(k.value, '') || ' ' || coalesce(e.value, 'null'), 0)::numeric) as sum
    from (${sql.replace(/;\s*$/, '')}
    ) as asked cross join lateral (select row_to_json(asked) as row) as r
      cross join lateral (select value from json_each_text(r.row) limit 1) as k
      cross join lateral json_each_text(r.row) as e(name, value)
    group by e.name) as sums`;
}

/** Compares the first value before with the one after; `undefined` is an answer without rows. */
export function validated(validation: Validation, before: string | undefined, after: string | undefined): Validated {
  const { id, expect } = validation;
  if (expect === 'checksums') return { id, ...comparedChecksums(before, after) };
  const said = (ok: boolean) => ({
    id,
    ok,
    told: `${before ?? 'no rows'} before, ${after ?? 'no rows'} after, expected ${expect}`,
  });
  if (expect === 'no rows') return said(after === undefined);
  if (expect === 'unchanged') return said(before === after);
  const wanted = equal.exec(expect)?.[1];
  if (wanted !== undefined) return said(after === wanted);
  const [one, other] = [Number(before ?? Number.NaN), Number(after ?? Number.NaN)];
  if (!Number.isFinite(one) || !Number.isFinite(other)) return said(false);
  if (expect === 'not-lower') return said(other >= one);
  const share = Number(withinShare.exec(expect)?.[1] ?? Number.NaN) / 100;
  return said(Math.abs(other - one) <= Math.abs(one) * share);
}

/** Judged without a value of before, where there was nothing to ask: what compares with it has nothing to say. */
export function alone(validation: Validation, after: string | undefined): Validated {
  const { id, expect } = validation;
  if (expect === 'no rows' || equal.test(expect)) return validated(validation, undefined, after);
  return { id, ok: true, told: `${after ?? 'no rows'} after; before there was nothing to compare with` };
}

/** Columns that both answers have; one that the migration adds or takes away is not compared, and this is said. */
function comparedChecksums(before: string | undefined, after: string | undefined): Omit<Validated, 'id'> {
  const [then, now] = [sumsIn(before), sumsIn(after)];
  const both = [...then.keys()].filter((name) => now.has(name));
  const [had, has] = [rowsIn(then), rowsIn(now)];
  if (had !== has) return { ok: false, told: `${had} rows before, ${has} after, expected the same rows` };
  if (had === 0) return { ok: true, told: 'no rows before and after' };
  if (both.length === 0) return { ok: false, told: 'no column is there before and after: nothing can be compared' };
  const other = both.filter((name) => then.get(name) !== now.get(name));
  const apart = [...new Set([...then.keys(), ...now.keys()])].filter((name) => !both.includes(name));
  const aside = apart.length === 0 ? '' : `; not compared: ${apart.join(', ')}`;
  return other.length === 0
    ? { ok: true, told: `${had} rows with the same values in ${both.join(', ')}${aside}` }
    : { ok: false, told: `other values in ${other.join(', ')} of ${had} rows${aside}` };
}

/** Column to `rows sum`. */
function sumsIn(text: string | undefined): ReadonlyMap<string, string> {
  const read: unknown = JSON.parse(text ?? '{}');
  return new Map(typeof read === 'object' && read !== null ? Object.entries(read).map(([k, v]) => [k, String(v)]) : []);
}

function rowsIn(sums: ReadonlyMap<string, string>): number {
  const [first = '0'] = sums.values();
  return Number.parseInt(first, 10);
}

/** True when the words after `expect:` are known to this release. */
export function isExpectation(expect: string): boolean {
  const words = ['unchanged', 'not-lower', 'no rows', 'checksums'];
  return words.includes(expect) || withinShare.test(expect) || equal.test(expect);
}

/** What `expect:` may say, for messages. */
export const expectations = 'unchanged, not-lower, "within 1 %", "equals 0", checksums or "no rows"';

const withinShare = /^within (\d+(?:\.\d+)?)\s*%$/;
const equal = /^equals (.+)$/;

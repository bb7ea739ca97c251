// Questions asked of the data before and after a migration: what they ask, and whether the answers still agree.

export interface Validation {
  readonly id: string;
  readonly sql: string;
  /** `unchanged`, `not-lower`, `within 1 %`, `no rows`. */
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
  return validation.sql.replaceAll('$start', `timestamptz '${new Date(startedAt).toISOString()}'`);
}

/** Compares the first value before with the one after; `undefined` is an answer without rows. */
export function validated(validation: Validation, before: string | undefined, after: string | undefined): Validated {
  const said = (ok: boolean) => ({
    id: validation.id,
    ok,
    told: `${before ?? 'no rows'} before, ${after ?? 'no rows'} after, expected ${validation.expect}`,
  });
  if (validation.expect === 'no rows') return said(after === undefined);
  if (validation.expect === 'unchanged') return said(before === after);
  const [one, other] = [Number(before ?? Number.NaN), Number(after ?? Number.NaN)];
  if (!Number.isFinite(one) || !Number.isFinite(other)) return said(false);
  if (validation.expect === 'not-lower') return said(other >= one);
  const share = Number(withinShare.exec(validation.expect)?.[1] ?? Number.NaN) / 100;
  return said(Math.abs(other - one) <= Math.abs(one) * share);
}

/** True when the words after `expect:` are known to this release. */
export function isExpectation(expect: string): boolean {
  return ['unchanged', 'not-lower', 'no rows'].includes(expect) || withinShare.test(expect);
}

const withinShare = /^within (\d+(?:\.\d+)?)\s*%$/;

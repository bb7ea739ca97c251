// Signatures of records: HMAC-SHA-256 (RFC 2104, FIPS 180-4) with the repository's record-key, bound to the place where the record stands.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Seal } from '../evidence/fact.ts';

/** Signs and checks texts. Without keys it signs nothing and finds nothing out. */
export interface Signer {
  /** 43 characters of base64url; undefined where nothing is to be signed. `parts` say what it is, where it stands and what it holds. */
  sign(parts: readonly string[]): string | undefined;
  /** Undefined without keys. `mac` is empty where the record has none. Takes as long for a wrong one as for a right one. */
  check(mac: string, parts: readonly string[]): Seal | undefined;
}

export interface SignerOptions {
  /** The first signs, all check: so that a key can be changed without a day on which nothing counts. */
  readonly keys: readonly string[];
  /** What the records belong to: a signature of one repository is worth nothing in another that has the same key. */
  readonly repository: string;
  /** False: only checks, as on a pull request, whose own workflow could otherwise have anything signed. */
  readonly signs: boolean;
}

/** Makes the signer of one run. The keys leave it in no form but as signatures. */
export function createSigner({ keys, repository, signs }: SignerOptions): Signer {
  const mac = (key: string, parts: readonly string[]): Buffer =>
    // As JSON no two lists of parts are the same text.
    createHmac('sha256', key)
      .update(JSON.stringify(['boring-deploys v1', repository, ...parts]))
      .digest();
  const [first] = keys;
  return {
    sign: (parts) => (first === undefined || !signs ? undefined : mac(first, parts).toString('base64url')),
    check: (given, parts) => {
      if (first === undefined) return undefined;
      if (given === '') return 'unsigned';
      const told = Buffer.from(given, 'base64url');
      const known = keys.filter((key) => {
        const own = mac(key, parts);
        return own.length === told.length && timingSafeEqual(own, told);
      });
      return known.length > 0 ? 'signed' : 'wrong';
    },
  };
}

/** JSON with the keys of every map in order: what GitHub stores and hands out again may have them in another. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
}

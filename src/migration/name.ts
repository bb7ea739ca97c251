// Names of migration files: what is an up, what its down, its id and its place in the order.

export interface FileName {
  /** File name up to the first underscore, or the whole stem (as in the Deployment payload): `V042`, `001`, `20260101120000`. */
  readonly id: string;
  /** What the order is made from: `[1, 10]` of V1.10; digits as text, so that timestamps of any length keep theirs. */
  readonly number: readonly string[];
  /** `down` is a file that only reverts; `single` may hold both ways, divided by marks. */
  readonly role: 'single' | 'up' | 'down';
  readonly path: string;
}

const flyway = /^([VU])(\d+(?:\.\d+)*)__[^/]+?(\.down)?\.sql$/;
const numbered = /^(\d+)(?:[_-][^/]*?)?(?:\.(up|down))?\.sql$/;

/**
 * Reads `V001__name.sql` with `V001__name.down.sql` or `U001__name.sql`, `001_name.up.sql` with `001_name.down.sql`, and
 * `001_name.sql`. Undefined when the name follows none of these.
 */
export function readName(path: string): FileName | undefined {
  const base = path.slice(path.lastIndexOf('/') + 1);
  const versioned = flyway.exec(base);
  if (versioned !== null) {
    const version = versioned[2] ?? '';
    const down = versioned[1] === 'U' || versioned[3] !== undefined;
    return { id: `V${version}`, number: version.split('.').map(significant), role: down ? 'down' : 'single', path };
  }
  const plain = numbered.exec(base);
  if (plain === null) return undefined;
  const stem = base.replace(/(?:\.(?:up|down))?\.sql$/, '');
  const id = stem.includes('_') ? stem.slice(0, stem.indexOf('_')) : stem;
  const role = plain[2] === 'up' ? 'up' : plain[2] === 'down' ? 'down' : 'single';
  return { id, number: [significant(plain[1] ?? '')], role, path };
}

/** Order by number, part by part: 2 before 10, 1.2 before 1.10; the shorter first when one begins with the other. */
export function compareNumbers(a: readonly string[], b: readonly string[]): number {
  for (let part = 0; part < Math.max(a.length, b.length); part += 1) {
    const [one, other] = [a[part], b[part]];
    if (one === undefined || other === undefined) return one === undefined ? -1 : 1;
    if (one.length !== other.length) return one.length - other.length;
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}

/** The same number whatever zeros stand before it: 001 and 1 would be one migration. */
export function sameNumber(a: readonly string[], b: readonly string[]): boolean {
  return compareNumbers(a, b) === 0;
}

function significant(digits: string): string {
  return digits.replace(/^0+(?=\d)/, '');
}

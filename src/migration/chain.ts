// Alembic's order: each file names the one before it, a merge several. Branches without a merge and names of nothing are faults.
import { type Fault, fault } from './fault.ts';

export interface ForeignText {
  readonly path: string;
  readonly text: string;
}

interface Revision extends ForeignText {
  readonly id: string;
  readonly parents: readonly string[];
  readonly line: number;
}

/** Files in an order in which each comes after all that it names, and what is wrong with the chain. */
export function chained(files: readonly ForeignText[]): {
  readonly files: readonly ForeignText[];
  readonly faults: readonly Fault[];
} {
  const revisions = files.map(revisionOf);
  const ordered: Revision[] = [];
  const known = new Set(revisions.map(({ id }) => id));
  for (;;) {
    const there = new Set(ordered.map(({ id }) => id));
    const next = revisions.find(
      (one) => !ordered.includes(one) && one.parents.every((parent) => there.has(parent) || !known.has(parent)),
    );
    if (next === undefined) break;
    ordered.push(next);
  }
  const rest = revisions.filter((one) => !ordered.includes(one));
  return { files: [...ordered, ...rest], faults: [...branched(revisions), ...lost(revisions, known)] };
}

/** Several files that no other one names as the one before it: `alembic upgrade head` does not know which. */
function branched(revisions: readonly Revision[]): readonly Fault[] {
  const named = new Set(revisions.flatMap(({ parents }) => parents));
  const heads = revisions.filter(({ id }) => !named.has(id));
  const last = heads.at(-1);
  if (last === undefined || heads.length < 2) return [];
  const names = heads.map(({ id, path }) => `${id} (${path})`).join(' and ');
  const fix =
    'Run `alembic merge heads` and commit the file it writes, or let down_revision of the newer one name the other.';
  return [fault(last.path, last.line, 'several-heads', `The migrations have ${heads.length} heads: ${names}`, fix)];
}

function lost(revisions: readonly Revision[], known: ReadonlySet<string>): readonly Fault[] {
  return revisions.flatMap(({ path, line, parents }) =>
    parents
      .filter((parent) => !known.has(parent))
      .map((parent) =>
        fault(
          path,
          line,
          'missing-revision',
          `It comes after revision ${parent}, and no file has that`,
          'Bring the file back, or correct down_revision.',
        ),
      ),
  );
}

function revisionOf({ path, text }: ForeignText): Revision {
  const said = (name: string) => new RegExp(`^${name}\\s*(?::[^=\\n]+)?=\\s*(\\([^)]*\\)|[^\\n]*)`, 'm').exec(text);
  const down = said('down_revision');
  const quoted = (words = '') => [...words.matchAll(/['"]([^'"]+)['"]/g)].map(([, name = '']) => name);
  return {
    path,
    text,
    id: quoted(said('revision')?.[1])[0] ?? '',
    parents: quoted(down?.[1]),
    line: text.slice(0, down?.index ?? 0).split('\n').length,
  };
}

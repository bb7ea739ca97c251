// What PUBLIC was given on tables: rights that every role keeps, whatever is taken from it alone.
import type { Act, ActOf } from './act.ts';

/** Rights by table; `all` stands for every one. */
export type PublicRights = Map<string, Set<string>>;

/** Takes one act in: what is given to PUBLIC, taken from it, and tables that go. */
export function noteRights(known: PublicRights, act: Act): void {
  if (act.kind === 'grant' && act.toPublic && act.table !== '')
    known.set(act.table, new Set([...(known.get(act.table) ?? []), ...act.rights]));
  // Something of `all` is gone, and nobody knows what is left.
  else if (act.kind === 'revoke' && act.toPublic)
    for (const [table, rights] of known)
      if (act.table === '' || act.table === table) {
        for (const right of [...act.rights, 'all']) rights.delete(right);
        if (act.rights.includes('all')) rights.clear();
      }
  if (act.kind === 'rename') known.delete(act.from);
  if (act.kind === 'drop') for (const name of act.names) known.delete(name);
}

/** Whether everybody has what is taken from some, so that nobody loses it. */
export function isKeptByPublic(
  { table, toPublic, rights }: ActOf<'revoke'>,
  known: ReadonlyMap<string, ReadonlySet<string>>,
): boolean {
  const held = known.get(table);
  return !toPublic && held !== undefined && rights.every((right) => held.has(right) || held.has('all'));
}

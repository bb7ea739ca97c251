// What a migration makes or switches somewhere in it: what it takes away before or after may be no loss to code that runs.
import type { Act } from './act.ts';
import type { Fresh } from './meaning.ts';

/** The parts of `Fresh` that hold for the whole file, wherever in it one asks. */
export function madeSomewhere(
  acts: readonly Act[],
  transactional: boolean,
): Omit<Fresh, 'tables' | 'columns' | 'things'> {
  const [indexes, triggers, opened, switched] = [
    new Set<string>(),
    new Set<string>(),
    new Set<string>(),
    new Set<string>(),
  ];
  const views = new Map<string, readonly string[]>();
  for (const act of acts) {
    if (act.kind === 'create-index') indexes.add(act.name);
    if (act.kind === 'create' && act.thing === 'trigger') triggers.add(`${act.table}.${act.name}`);
    if (act.kind === 'create' && act.thing === 'view') views.set(act.name, act.reads);
    if (act.kind === 'create' && act.thing === 'policy' && act.labels.includes('permissive') && !act.constrained)
      opened.add(act.table);
    const word = act.kind === 'table-option' ? /^AT_(Enable|Disable)Trig(All|User)?$/.exec(act.option) : null;
    if (act.kind !== 'table-option' || word === null || !transactional) continue;
    const trigger = `${act.table}.${act.name}${word[2] ?? ''}`;
    switched.add(`${word[1]?.toLowerCase()} ${trigger}`);
    // Only what is enabled last is enabled in the end.
    if (word[1] === 'Disable') switched.delete(`enable ${trigger}`);
  }
  return { indexes, triggers, views, opened, switched };
}

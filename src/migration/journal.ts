// Writes the life cycle of a migration: begin the child, end it, mirror its end on the parent, end what a killed run left open.

import type { DeploymentState } from '../evidence/fact.ts';
import type { AppliedFact } from '../evidence/migration.ts';
import { type Begun, begin } from '../record/begin.ts';
import type { Entry } from '../record/entry.ts';
import { type Attempt, readHistory, unfinished } from '../record/history.ts';
import type { MigrationPayload } from '../record/payload.ts';
import type { DeploymentStore } from '../record/store.ts';
import { statusOf } from '../record/words.ts';
import { childOf, endOfLeft, endState, migrationEntry, parentState, unendedChildren } from './child.ts';
import type { Executed } from './execution.ts';
import { type Judgement, whereSchemaStands } from './judge.ts';
import { leftOf } from './left.ts';
import { worstOf } from './meaning.ts';
import type { Scene } from './scene.ts';
import type { Choice } from './set.ts';

/** Begins the child before anything is touched. Throws what the store throws: without a record nothing is migrated. */
export async function beginChild(
  store: DeploymentStore,
  scene: Scene,
  set: { readonly choice: Choice; readonly tool: string; readonly history: readonly AppliedFact[] },
): Promise<Begun> {
  const { choice, tool, history } = set;
  const place = {
    ...scene,
    environment: scene.policy.environment,
    unit: scene.policy.unit.name ?? '',
    tool,
    set: scene.settings.set,
  };
  const child = childOf(
    place,
    choice.due,
    history.map(({ id }) => id),
  );
  const entry = migrationEntry('applying', choice.due.length, choice.compatibility);
  return begin(store, child, entry, { logUrl: scene.run.url, leg: scene.leg });
}

/** Ends the child and tells the parent; says what GitHub did not take. Where that is the child's end, or the history could not be read, the
 * child stays open: it counts as applied, and post or the next migrate ends it from the history. */
export async function endChild(
  store: DeploymentStore,
  scene: Scene,
  end: {
    readonly childId: number;
    readonly choice: Choice;
    readonly executed: Executed;
    readonly judgement: Judgement;
  },
): Promise<readonly string[]> {
  const { verdict, reason } = end.judgement;
  const { after, back } = end.executed;
  const there = end.choice.due.filter(({ file }) => after?.includes(file.id));
  const touched = verdict === 'reverted' ? [] : there.map(({ compatible }) => compatible.compatibility);
  const count = verdict === 'reverted' ? (back?.done.length ?? 0) : there.length;
  const entry = migrationEntry(verdict, count, worstOf(touched));
  const said = { entry, logUrl: scene.run.url, leg: scene.leg };
  try {
    if (after !== undefined) await store.say(end.childId, statusOf({ ...said, state: endState(verdict, reason) }));
    await tellParent(store, scene.parent, { ...said, state: parentState(verdict, reason) });
    return [];
  } catch (error) {
    return [notRecorded(error)];
  }
}

/** Ends the child of a run that was killed, from what the history has now. A sentence about the schema, and what GitHub did not take. */
export async function endKilled(
  store: DeploymentStore,
  of: {
    readonly environment: string;
    readonly childId: number;
    readonly history: readonly AppliedFact[];
    readonly url: string;
  },
): Promise<string> {
  try {
    const left = leftOf(await store.list(of.environment), of.childId);
    if (left === undefined) return '';
    return (await endLeftChild(store, left.child, { history: of.history, url: of.url, parent: left.parent })).words;
  } catch (error) {
    return notRecorded(error);
  }
}

function notRecorded(error: unknown): string {
  const because = error instanceof Error ? error.message : String(error);
  return `The end of the migration is not recorded, it counts as applied until the next migrate ends it: ${because}`;
}

/** Ends children that never got an end, from what the history table has now; says what it found, a sentence each. The record is read afresh:
 * whoever held the lock until now may have ended his own meanwhile. Throws what the store throws. */
export async function endUnended(
  store: DeploymentStore,
  scene: Scene,
  history: readonly AppliedFact[],
): Promise<readonly string[]> {
  const told: string[] = [];
  const of = { environment: scene.policy.environment, unit: scene.policy.unit.name ?? '' };
  const fresh = readHistory(await store.list(of.environment), of);
  for (const child of unendedChildren(fresh, scene.leg)) {
    const { words } = await endLeftChild(store, child, { history, url: scene.run.url });
    told.push(`Migration ${child.id} of run ${child.payload.run.id} never ended. ${words} It is ended now.`);
  }
  return told;
}

/** Ends one child whose run is gone or was cancelled. */
export async function endLeftChild(
  store: DeploymentStore,
  child: Attempt & { readonly payload: MigrationPayload },
  at: { readonly history: readonly AppliedFact[]; readonly url: string; readonly parent?: Attempt | undefined },
): Promise<{ readonly state: DeploymentState; readonly words: string }> {
  const applied = at.history.map(({ id }) => id);
  const { state, entry } = endOfLeft(child.payload, applied);
  const said = { state, entry, logUrl: at.url, leg: child.payload.leg };
  await store.say(child.id, statusOf(said));
  await tellParent(store, at.parent, said.state === 'success' ? { ...said, state: 'in_progress' } : said);
  const ids = child.payload.files.map(({ id }) => id);
  return {
    state,
    words: whereSchemaStands(
      ids,
      ids.filter((id) => applied.includes(id)),
      undefined,
    ),
  };
}

async function tellParent(
  store: DeploymentStore,
  parent: Attempt | undefined,
  said: { readonly state: DeploymentState; readonly entry: Entry; readonly logUrl: string; readonly leg: string },
): Promise<void> {
  // After its end a Deployment hears no more of migrations.
  if (parent !== undefined && unfinished(parent)) await store.say(parent.id, statusOf(said));
}

// Stopping what goes forward: a deployment under way is told through the record, and its run is cancelled when it does not listen.
import type { Entry } from '../record/entry.ts';
import { type Attempt, attemptOf, unfinished } from '../record/history.ts';
import { statusOf } from '../record/words.ts';
import type { RollbackPort } from './port.ts';
import type { Decision } from './situation.ts';
import { nameOf } from './way.ts';

type Port = Pick<RollbackPort, 'ask' | 'run' | 'clock' | 'deployments' | 'workflows'>;

/** How long a running deployment has to listen (ACTIONS, rollback), and how often it is looked at, ms. */
const patienceMs = 10_000;
const pauseMs = 2_000;

/** The deployment under way that would move users again: unfinished, begun by another run, left by this rollback by a version. */
export function forwardUnderWay(decision: Decision, runId: number): Attempt | undefined {
  if (decision.kind !== 'go' || decision.way.kind === 'flag') return undefined;
  const { from } = decision;
  if (from === undefined || from.task !== 'deploy' || !unfinished(from)) return undefined;
  return from.payload.run.id === runId ? undefined : from;
}

/** Tells it to stop, beside the switch: its bake reads the record and gives stable everybody as well. Gives why it could not be told; empty otherwise. */
export async function tellToStop(port: Port, decision: Decision, leg: string): Promise<string> {
  const forward = forwardUnderWay(decision, port.run.id);
  if (forward === undefined || decision.kind !== 'go') return '';
  // Not yet that it was rolled back: were the switch to fail, the record would say that users left it.
  const entry: Entry = { kind: 'ended', how: 'superseded', detail: `the rollback to ${nameOf(decision.target)}` };
  try {
    await port.deployments.say(forward.id, statusOf({ state: 'inactive', entry, leg, logUrl: port.run.url }));
    return '';
  } catch (error) {
    return `Deployment ${forward.id} could not be told to stop: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Waits until it has listened; cancels its run after 10 s. Gives a sentence for the report; empty when there was nothing to stop. */
export async function seeItStop(port: Port, decision: Decision): Promise<string> {
  const forward = forwardUnderWay(decision, port.run.id);
  if (forward === undefined) return '';
  const { id, payload } = forward;
  const until = port.clock.now() + patienceMs;
  for (;;) {
    const run = await port.ask({ kind: 'run', id: payload.run.id });
    if (run.kind === 'known' && run.value.status === 'completed')
      return `Deployment ${id} was under way, its run is over`;
    if (await hasListened(port, forward)) return `Deployment ${id} was under way and stopped when the record told it`;
    if (port.clock.now() >= until) break;
    await port.clock.sleep(pauseMs);
  }
  try {
    await port.workflows.cancel(payload.run.id);
    return `Deployment ${id} did not listen within 10 s: its run ${payload.run.id} was cancelled`;
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    return `Deployment ${id} goes on and its run could not be cancelled (${because}): cancel it now, ${payload.run.url}`;
  }
}

/** Whether it has restored traffic itself after it was told. */
async function hasListened({ ask }: Port, { id, environment }: Attempt): Promise<boolean> {
  const told = await ask({ kind: 'deployments', environment });
  const fact = told.kind === 'known' ? told.value.find((one) => one.id === id) : undefined;
  const happened = (fact === undefined ? undefined : attemptOf(fact))?.happened ?? [];
  const toldAt = happened.findIndex(({ entry }) => entry.kind === 'ended');
  return toldAt >= 0 && happened.slice(toldAt).some(({ entry }) => entry.kind === 'restored');
}

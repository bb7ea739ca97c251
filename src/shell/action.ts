// What an action hands to shell: its name, its contract, its windows on the world, its procedure.
import type { SharedInputs } from '../kit/input.ts';
import type { ActionName, Procedure, SharedWorld } from '../world.ts';
import type { InputSchema } from './entrance.ts';

/** Opens the windows that an action has beside the shared ones. Does nothing yet: no call leaves the process here. */
export type Open<Inputs extends SharedInputs, Windows> = (shared: SharedWorld, inputs: Inputs) => Windows;

export interface ActionParts<Inputs extends SharedInputs, Windows> {
  readonly name: ActionName;
  readonly inputs: InputSchema<Inputs>;
  /** Names of the action's own outputs: all are set, empty when the procedure gave none. */
  readonly outputs: readonly string[];
  readonly windows: Open<Inputs, Windows>;
  readonly step: Procedure<Inputs, SharedWorld & Windows>;
  /** What `post:` does; undefined when there is nothing to tidy up. */
  readonly finish: Procedure<Inputs, SharedWorld & Windows> | undefined;
}

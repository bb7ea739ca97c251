// What an action hands to shell: its name, its contract, its procedure.
import type { SharedInputs } from '../kit/input.ts';
import type { ActionName, Procedure } from '../world.ts';
import type { InputSchema } from './entrance.ts';

export interface ActionParts<Inputs extends SharedInputs> {
  readonly name: ActionName;
  readonly inputs: InputSchema<Inputs>;
  /** Names of the action's own outputs: all are set, empty when the procedure gave none. */
  readonly outputs: readonly string[];
  readonly step: Procedure<Inputs>;
  /** What `post:` does; undefined when there is nothing to tidy up. */
  readonly finish: Procedure<Inputs> | undefined;
}

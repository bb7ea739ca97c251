// What the adapters of migrations need of the process around them.
import type { Clock, Command } from '../../world.ts';
import type { Binaries } from './local-server.ts';

/** What the adapters need of the process around them. */
export interface Around {
  readonly command: Command;
  readonly clock: Clock;
  /** Server binaries to rehearse on; absent: those that are found. */
  readonly binaries?: readonly Binaries[];
}

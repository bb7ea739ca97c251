// The voice of a walk: what it says on its Deployment, and what GitHub did not take of it.
import type { DeploymentState } from '../evidence/fact.ts';
import type { Entry } from '../record/entry.ts';
import type { DeploymentStore } from '../record/store.ts';
import { statusOf } from '../record/words.ts';
import { linesOf } from './poll-log.ts';
import type { Scene } from './scene.ts';
import type { Trial } from './trial.ts';

export class Voice {
  readonly warnings: string[] = [];
  readonly #store: DeploymentStore;
  readonly #scene: Scene;
  readonly #id: number;

  constructor(store: DeploymentStore, scene: Scene, deploymentId: number) {
    this.#store = store;
    this.#scene = scene;
    this.#id = deploymentId;
  }

  /** Writes a status. Throws when GitHub does not take it. */
  async say(state: DeploymentState, entry: Entry): Promise<void> {
    const { policy, run } = this.#scene;
    const url = policy.url === undefined ? {} : { environmentUrl: policy.url };
    await this.#store.say(this.#id, statusOf({ state, entry, leg: policy.leg ?? '', logUrl: run.url, ...url }));
  }

  /** Writes a status about what is done already: when GitHub does not take it, that is a warning, and false. */
  async note(state: DeploymentState, entry: Entry): Promise<boolean> {
    try {
      await this.say(state, entry);
      return true;
    } catch (error) {
      this.unwritten(entry.kind, error);
      return false;
    }
  }

  unwritten(what: string, error: unknown): void {
    this.warnings.push(`Not recorded (${what}): ${error instanceof Error ? error.message : String(error)}`);
  }

  /** Writes the poll log of all stages so far, for replay; gives its path, empty when it could not be written, which changes no verdict. */
  async keepLog(
    { files, log }: Keeping,
    trials: readonly Pick<Trial, 'setting' | 'log' | 'verdict'>[],
  ): Promise<string> {
    try {
      const path = await files.write('poll-log.jsonl', trials.map(linesOf).join(''));
      log.info(`Poll log, to be judged again by \`npm run simulate -- <file>\`: ${path}`);
      return path;
    } catch (error) {
      this.unwritten('poll log', error);
      return '';
    }
  }
}

interface Keeping {
  readonly files: { write(name: string, text: string): Promise<string> };
  readonly log: { info(line: string): void };
}

// A runner on this machine: starts the bundles of our actions exactly as GitHub's runner starts them.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { JobRun } from './job.ts';
import { nodeInUse } from './node.ts';
import { exactWaits } from './step-process.ts';
import type { Job, JobOptions, Runner, RunnerOptions } from './types.ts';

export { nodeInUse } from './node.ts';
export type * from './types.ts';

/** Prepares a runner. Its folders are made now; `close` removes those it made itself. */
export function createRunner(options: RunnerOptions): Runner {
  const own = options.temp === undefined;
  const temp = options.temp ?? mkdtempSync(join(tmpdir(), 'boring-runner-'));
  const workspace = resolve(options.workspace);
  for (const folder of [workspace, join(temp, '_temp'), join(temp, '_tool')]) mkdirSync(folder, { recursive: true });
  const node = options.node === undefined ? nodeInUse() : { path: options.node, version: 'given' };
  const machine = {
    options: { ...options, workspace },
    temp,
    node: node.path,
    actions: resolve(options.actions ?? 'actions'),
    waits: { ...exactWaits, ...options.waits },
  };
  if (!existsSync(machine.actions)) throw new Error(`There is no folder of actions at ${machine.actions}.`);
  return {
    node,
    job: (job: JobOptions): Job => new JobRun(machine, job),
    close: () => {
      if (own) rmSync(temp, { recursive: true, force: true });
    },
  };
}

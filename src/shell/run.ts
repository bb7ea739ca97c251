// Runs an action: inputs, world, procedure, publication, exit code. The one place that catches everything.
import * as core from '@actions/core';
import type { SharedInputs } from '../kit/input.ts';
import { redact } from '../kit/redact.ts';
import type { Outcome } from '../world.ts';
import type { ActionParts } from './action.ts';
import { assemble } from './assemble.ts';
import { readInputs, secretsOf } from './entrance.ts';
import { tell } from './problem.ts';
import { publish, reproject } from './publish.ts';

const mainStarted = 'boring-deploys-main';

/** Runs main, or post when main has left its mark in the state. Sets the exit code; never throws. */
export async function run<Inputs extends SharedInputs>(action: ActionParts<Inputs>): Promise<void> {
  const post = core.getState(mainStarted) !== '';
  if (!post) core.saveState(mainStarted, 'true');
  try {
    if (!post) await main(action);
    else await finish(action);
  } catch (error) {
    await fail(error);
  }
  await flushed();
  process.exit(process.exitCode ?? 0);
}

async function main<Inputs extends SharedInputs>(action: ActionParts<Inputs>): Promise<void> {
  const inputs = readInputs(action.inputs);
  const shell = assemble(inputs, cancellation());
  const outcome = await action.step(shell.world, inputs);
  await publish({ action, inputs, shell, outcome });
  if (outcome.exit === 1) {
    const error = outcome.error === '' ? `${outcome.verdict}: ${outcome.reason}` : outcome.error;
    failed(redact(error, shell.secrets()), outcome.place);
  }
}

/** The one error of the run, on the line of the file that it is about. */
function failed(message: string, place: Outcome['place']): void {
  process.exitCode = 1;
  core.error(message, place === undefined ? {} : { file: place.file, startLine: place.line });
}

async function finish<Inputs extends SharedInputs>(action: ActionParts<Inputs>): Promise<void> {
  const inputs = readInputs(action.inputs);
  const shell = assemble(inputs, cancellation());
  const outcome = await action.finish?.(shell.world, inputs);
  if (outcome !== undefined) await publish({ action, inputs, shell, outcome });
  if (outcome?.evidence === undefined) await reproject(shell);
  if (outcome?.exit === 1) core.setFailed(redact(outcome.error, shell.secrets()));
}

/** Aborts at SIGINT or SIGTERM; the process lives on to restore and report, until the runner's SIGKILL. */
function cancellation(): AbortSignal {
  const controller = new AbortController();
  const cancel = () => controller.abort();
  process.on('SIGINT', cancel);
  process.on('SIGTERM', cancel);
  return controller.signal;
}

/** Says what was thrown: the one `::error` line, and the same in the summary, where people look first. */
async function fail(error: unknown): Promise<void> {
  const told = tell(error);
  const clean = (text: string) => redact(text, secretsOf({}, process.env));
  core.setOutput('reason', told.reason);
  if (told.stack !== '') core.info(clean(told.stack));
  core.setFailed(clean(told.message));
  const fenced = ['### ✗ Nothing was decided', '', '~~~text', clean(told.message).replaceAll('~~~', '~ ~ ~'), '~~~'];
  await core.summary
    .addRaw(fenced.join('\n'), true)
    .write()
    .catch(() => undefined);
}

/** The log may be a pipe: wait until it has taken everything before the process ends. */
function flushed(): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write('', () => resolve());
  });
}

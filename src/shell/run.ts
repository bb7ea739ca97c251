// Runs an action: inputs, world, procedure, publication, exit code. The one place that catches everything.
import * as core from '@actions/core';
import type { SharedInputs } from '../kit/input.ts';
import type { FilePlace } from '../kit/problem.ts';
import { redact } from '../kit/redact.ts';
import type { ActionParts } from './action.ts';
import { assemble } from './assemble.ts';
import { readInputs, secretsOf } from './entrance.ts';
import { tell } from './problem.ts';
import { publish, reproject } from './publish.ts';
import './digest.ts';

const mainStarted = 'boring-deploys-main';

/** Runs main, or post when main has left its mark in the state. Sets the exit code; never throws. */
export async function run<Inputs extends SharedInputs, Windows>(action: ActionParts<Inputs, Windows>): Promise<void> {
  try {
    const post = core.getState(mainStarted) !== '';
    if (!post) core.saveState(mainStarted, 'true');
    if (!post) await main(action);
    else await finish(action);
  } catch (error) {
    await fail(error);
  }
  await flushed();
  process.exit(process.exitCode ?? 0);
}

async function main<Inputs extends SharedInputs, Windows>(action: ActionParts<Inputs, Windows>): Promise<void> {
  const inputs = readInputs(action.inputs);
  const shell = assemble(inputs, cancellation(), action.windows);
  const outcome = await action.step(shell.world, inputs);
  await publish({ action, inputs, shell, outcome });
  if (outcome.exit === 1) {
    const error = outcome.error === '' ? `${outcome.verdict}: ${outcome.reason}` : outcome.error;
    failed(redact(error, shell.secrets()), outcome.place);
  }
}

/** The one error of the run, on the line of the file that it is about. */
function failed(message: string, place: FilePlace | undefined): void {
  process.exitCode = 1;
  core.error(message, at(place));
}

function at(place: FilePlace | undefined): core.AnnotationProperties {
  const { file, line, column } = place ?? {};
  return {
    ...(file === undefined || line === undefined ? {} : { file, startLine: line }),
    ...(column === undefined ? {} : { startColumn: column }),
  };
}

async function finish<Inputs extends SharedInputs, Windows>(action: ActionParts<Inputs, Windows>): Promise<void> {
  const inputs = readInputs(action.inputs);
  const shell = assemble(inputs, cancellation(), action.windows);
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

/** Says what was thrown: the one `::error` line, and the same in the summary, where people look first. Of a file with several faults every line is
 * marked. Never throws. */
export async function fail(error: unknown): Promise<void> {
  const told = tell(error);
  const clean = (text: string) => redact(text, secretsOf({}, process.env));
  try {
    core.setOutput('reason', told.reason);
  } catch {
    // The file of the outputs may be what is broken: a full disk, a folder that is gone.
  }
  if (told.stack !== '') core.info(clean(told.stack));
  failed(clean(told.message), told.place);
  for (const { message, place } of told.others) core.warning(clean(message), at(place));
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

// How a step speaks to the runner: inputs, outputs, state, masks, annotations and the summary, as GitHub's workflow commands.
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { EOL } from 'node:os';

// Written here rather than taken from @actions/core: that loads an HTTP client for signing in with OIDC, which no action of ours
// does, and which took a quarter of the time and a tenth of the memory of every start.

type Properties = Readonly<Record<string, string | number>>;

/** Where an annotation points; both missing when it is about no file. */
export interface Spot {
  readonly file?: string;
  readonly startLine?: number;
}

/** An input as `with:` or its default gives it, without the spaces around it; empty when there is none. */
export function readInput(name: string): string {
  return (process.env[`INPUT_${name.replace(/ /g, '_').toUpperCase()}`] ?? '').trim();
}

/** What `saveState` kept in an earlier phase of this step; empty when nothing was. */
export function readState(name: string): string {
  return process.env[`STATE_${name}`] ?? '';
}

/** Keeps a value for `post:` of this step. */
export function saveState(name: string, value: string): void {
  if (!tellByFile('STATE', name, value)) command('save-state', { name }, value);
}

/** Sets an output of this step. */
export function writeOutput(name: string, value: string): void {
  if (tellByFile('OUTPUT', name, value)) return;
  process.stdout.write(EOL);
  command('set-output', { name }, value);
}

/** Adds to the summary of the job. Throws when the runner offers none. */
export function writeSummary(page: string): void {
  append('STEP_SUMMARY', `${page}${EOL}`);
}

/** Asks the runner to show `***` in place of this value from now on. */
export function mask(secret: string): void {
  command('add-mask', {}, secret);
}

/** A line of the log. */
export function say(line: string): void {
  process.stdout.write(`${line}${EOL}`);
}

/** A warning of the run, on a line of a file when it is about one. */
export function warn(message: string, spot: Spot = {}): void {
  command('warning', propertiesOf(spot), message);
}

/** An error of the run. It does not end the step. */
export function sayError(message: string, spot: Spot = {}): void {
  command('error', propertiesOf(spot), message);
}

/** An error of the run that the step ends with. */
export function setFailed(message: string): void {
  process.exitCode = 1;
  sayError(message);
}

/** Folds what `run` logs under a name. */
export async function group<T>(name: string, run: () => Promise<T>): Promise<T> {
  command('group', {}, name);
  try {
    return await run();
  } finally {
    command('endgroup', {}, '');
  }
}

/** The event as GitHub handed it over; an empty one, said in the log, when the file is not there. Throws when it is no JSON. */
export function readEvent(path: string | undefined): unknown {
  if (path === undefined || path === '') return {};
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8'));
  say(`GITHUB_EVENT_PATH ${path} does not exist`);
  return {};
}

/** False when this runner is so old that it has no such file. */
function tellByFile(file: string, name: string, value: string): boolean {
  if ((process.env[`GITHUB_${file}`] ?? '') === '') return false;
  // Nobody can guess it, so no value ends its own entry and begins another.
  const end = `ghadelimiter_${randomUUID()}`;
  append(file, `${name}<<${end}${EOL}${value}${EOL}${end}${EOL}`);
  return true;
}

function append(file: string, text: string): void {
  const path = process.env[`GITHUB_${file}`] ?? '';
  if (path === '') throw new Error(`The runner names no file in GITHUB_${file}`);
  if (!existsSync(path)) throw new Error(`The runner's file of GITHUB_${file} is not there: ${path}`);
  appendFileSync(path, text);
}

function propertiesOf({ file, startLine }: Spot): Properties {
  return { ...(file === undefined ? {} : { file }), ...(startLine === undefined ? {} : { line: startLine }) };
}

function command(name: string, properties: Properties, message: string): void {
  const given = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  process.stdout.write(`::${name}${given.length === 0 ? '' : ` ${given.join(',')}`}::${escapeData(message)}${EOL}`);
}

// The runner undoes exactly these (actions/runner, ActionCommand.cs).
function escapeData(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}

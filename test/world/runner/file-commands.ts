// The files a step writes its outputs, state, environment, path and summary into: made before it, read after it.
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Words } from './types.ts';

/** A step summary over so many bytes is dropped whole (1 MiB, as the runner does). */
export const SUMMARY_BYTES = 1_048_576;

const kinds = {
  GITHUB_ENV: 'set_env',
  GITHUB_PATH: 'add_path',
  GITHUB_OUTPUT: 'set_output',
  GITHUB_STATE: 'save_state',
  GITHUB_STEP_SUMMARY: 'step_summary',
} as const;
type Kind = keyof typeof kinds;

export type Written = {
  readonly env: Words;
  readonly path: readonly string[];
  readonly outputs: Words;
  readonly state: Words;
  readonly summary: string;
  /** What the runner reports as errors. */
  readonly errors: readonly string[];
  /** A file could not be understood: the step fails. */
  readonly failed: boolean;
};

/** Fresh, empty files for one stage of one step. `env` names them; `read` gives what was written and removes them. */
export function fileCommands(temp: string): { readonly env: Words; read(): Written } {
  const folder = join(temp, '_runner_file_commands');
  mkdirSync(folder, { recursive: true });
  const id = randomUUID();
  const files = new Map<Kind, string>();
  for (const [kind, stem] of Object.entries(kinds)) {
    const file = join(folder, `${stem}_${id}`);
    writeFileSync(file, '');
    files.set(kind as Kind, file);
  }
  return { env: Object.fromEntries(files), read: () => readAll(files) };
}

function readAll(files: ReadonlyMap<Kind, string>): Written {
  const errors: string[] = [];
  let failed = false;
  function attempt<T>(kind: Kind, read: (text: string) => T, otherwise: T): T {
    try {
      return read(textOf(files.get(kind)));
    } catch (error) {
      failed = true;
      errors.push(`Unable to process file command '${kind.slice('GITHUB_'.length).toLowerCase()}' successfully.`);
      errors.push(error instanceof Error ? error.message : String(error));
      return otherwise;
    }
  }
  const env = attempt('GITHUB_ENV', readEnvironment, {});
  const path = attempt('GITHUB_PATH', (text) => text.split(/\r?\n/).filter((line) => line !== ''), []);
  const outputs = attempt('GITHUB_OUTPUT', readPairs, {});
  const state = attempt('GITHUB_STATE', readPairs, {});
  let summary = textOf(files.get('GITHUB_STEP_SUMMARY'));
  const bytes = Buffer.byteLength(summary);
  if (bytes > SUMMARY_BYTES) {
    errors.push(
      `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ${Math.ceil(bytes / 1024)}k.`,
    );
    summary = '';
  }
  for (const file of files.values()) rmSync(file, { force: true });
  return { env, path, outputs, state, summary, errors, failed };
}

function textOf(file: string | undefined): string {
  if (file === undefined) return '';
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function readEnvironment(text: string): Words {
  const pairs = readPairs(text);
  if ('NODE_OPTIONS' in pairs)
    throw new Error("Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.");
  return pairs;
}

/** Reads `name=value` and `name<<DELIMITER` blocks. Throws as the runner does on anything else. */
export function readPairs(text: string): Words {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const pairs: Record<string, string> = {};
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      pairs[named(line.slice(0, equals), line)] = line.slice(equals + 1);
    } else if (heredoc >= 0) {
      const delimiter = line.slice(heredoc + 2);
      const end = lines.indexOf(delimiter, at + 1);
      if (delimiter === '')
        throw new Error(`Invalid format '${line}'. Name must not be empty and delimiter must not be empty`);
      if (end < 0) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
      pairs[named(line.slice(0, heredoc), line)] = lines.slice(at + 1, end).join('\n');
      at = end;
    } else {
      throw new Error(`Invalid format '${line}'`);
    }
  }
  return pairs;
}

function named(name: string, line: string): string {
  if (name === '') throw new Error(`Invalid format '${line}'. Name must not be empty`);
  return name;
}

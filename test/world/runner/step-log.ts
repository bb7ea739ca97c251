// The log of one stage: reads commands line by line, hides secrets, and keeps what the step said.
import { isCommandName, type LogCommand, readCommand } from './log-commands.ts';
import type { Masks } from './masks.ts';
import type { Annotation } from './types.ts';

/** The runner keeps so many annotations of a level and cuts their messages at so many characters. */
const ANNOTATIONS = 10;
const MESSAGE = 4_096;

/** Collects one stage's log. */
export class StepLog {
  readonly lines: string[] = [];
  readonly annotations: Annotation[] = [];
  readonly masked: string[] = [];
  readonly outputs: Record<string, string> = {};
  readonly state: Record<string, string> = {};
  /** A command went wrong: the step fails whatever its exit code. */
  failed = false;
  #stoppedBy: string | undefined;
  readonly #masks: Masks;
  readonly #onLine: (line: string) => void;

  constructor(masks: Masks, onLine: (line: string) => void) {
    this.#masks = masks;
    this.#onLine = onLine;
  }

  /** Takes a raw line of the process. */
  read(line: string): void {
    if (this.#stoppedBy !== undefined) {
      if (line.trim() === `::${this.#stoppedBy}::`) this.#stoppedBy = undefined;
      this.write(line);
      return;
    }
    const command = readCommand(line);
    if (command === undefined) this.write(line);
    else this.#obey(command);
  }

  /** Adds a line, masked. */
  write(line: string): void {
    const shown = this.#masks.hide(line);
    this.lines.push(shown);
    this.#onLine(shown);
  }

  /** An error or warning of the runner itself or of the step. */
  say(level: Annotation['level'], message: string, properties: Readonly<Record<string, string>> = {}): void {
    this.write(`##[${level}]${message}`);
    if (this.annotations.filter((one) => one.level === level).length >= ANNOTATIONS) return;
    const { title, file } = properties;
    const line = numberOf(properties.line);
    const endLine = numberOf(properties.endLine) ?? line;
    const col = numberOf(properties.col);
    const endColumn = numberOf(properties.endColumn);
    this.annotations.push({
      level,
      message: this.#masks.hide(message).slice(0, MESSAGE),
      ...(title === undefined ? {} : { title: this.#masks.hide(title) }),
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
      ...(endLine === undefined ? {} : { endLine }),
      ...(col === undefined ? {} : { col }),
      ...(endColumn === undefined ? {} : { endColumn }),
    });
  }

  #obey(command: LogCommand): void {
    const { name, properties, data } = command;
    switch (name) {
      case 'error':
      case 'warning':
      case 'notice':
        this.say(name, data, properties);
        return;
      case 'add-mask':
        this.#masks.add(data);
        this.masked.push(data);
        return;
      case 'debug':
      case 'group':
      case 'endgroup':
        this.write(`##[${name}]${data}`);
        return;
      case 'stop-commands':
        this.#stop(data);
        return;
      case 'set-output':
      case 'save-state':
        this.#keep(name, properties.name, data);
        return;
      case 'set-env':
      case 'add-path':
        this.#fail(
          `The \`${name}\` command is disabled. Please upgrade to using Environment Files or opt into unsecure command execution.`,
        );
        return;
      default:
        // echo and the problem matchers change nothing here.
        return;
    }
  }

  #stop(token: string): void {
    if (token === '' || isCommandName(token)) {
      this.#fail(`Invalid stop-commands token '${token}'`);
      return;
    }
    this.#stoppedBy = token;
    this.write(`::stop-commands::${token}`);
  }

  #keep(command: 'set-output' | 'save-state', key: string | undefined, value: string): void {
    if (key === undefined) {
      this.#fail(`Required field 'name' is missing in ##[${command}] command.`);
      return;
    }
    (command === 'set-output' ? this.outputs : this.state)[key] = value;
    this.say(
      'warning',
      `The \`${command}\` command is deprecated and will be disabled soon. Please upgrade to using Environment Files.`,
    );
  }

  #fail(message: string): void {
    this.failed = true;
    this.say('error', message);
  }
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

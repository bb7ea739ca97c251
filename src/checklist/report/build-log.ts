// Errors and warnings in what a build or a browser's console said: a log as text, or messages as JSON.
import { z } from 'zod';
import { type Read, read, readJson, refusedText, unreadable, withoutMark } from './reading.ts';

export interface BuildLog {
  /** Lines, or messages, that were looked at. */
  readonly lines: number;
  /** Those that say an error or a warning, at most 160 characters of each. */
  readonly faults: readonly string[];
}

const message = z.looseObject({
  type: z.string().optional(),
  level: z.string().optional(),
  severity: z.string().optional(),
  text: z.string().optional(),
  message: z.string().optional(),
});
/** An empty list is what a quiet console leaves. */
const messages = z.union([z.array(message), z.looseObject({ messages: z.array(message) })]);

/** Reads a log. One without a single line proves nothing: its build may have written elsewhere. */
export function readBuildLog(text: string): Read<BuildLog> {
  const refused = refusedText(text);
  if (refused !== undefined) return unreadable(refused);
  const bare = withoutMark(text).trimStart();
  if (bare.startsWith('[{') || bare.startsWith('{') || bare.trim() === '[]') return readMessages(bare);
  // A page is what a server says instead of the file that was asked for.
  if (/^<(!doctype|html|\?xml)/i.test(bare)) return unreadable('it is a page, not a log');
  const lines = bare
    .split(/\r?\n/)
    .map(withoutColours)
    .filter((line) => line.trim() !== '');
  return read({ lines: lines.length, faults: lines.filter(isFault).map(shortened) });
}

function readMessages(text: string): Read<BuildLog> {
  const json = readJson(text);
  if (json.kind === 'unreadable') return json;
  const parsed = messages.safeParse(json.report);
  if (!parsed.success) return unreadable('it is no list of messages');
  const all = Array.isArray(parsed.data) ? parsed.data : parsed.data.messages;
  const unnamed = all.some(({ type, level, severity }) => (type ?? level ?? severity) === undefined);
  if (unnamed) return unreadable('a message says neither type nor level');
  const faults = all.filter(({ type, level, severity }) =>
    /^(error|warn|pageerror|fatal)/i.test(type ?? level ?? severity ?? ''),
  );
  return read({ lines: all.length, faults: faults.map((one) => shortened(one.text ?? one.message ?? 'a message')) });
}

/** A word on its own, not part of a file's name; `0 errors` and `no warnings` say that there are none. */
function isFault(line: string): boolean {
  const rest = line.replace(/\b(?:0|no)\s+(?:errors?|warnings?|problems?)\b/gi, '');
  return /(?:^|[\s[(])(?:errors?|warn|warnings?|failed)(?![\w\-/]|\.\w)/i.test(rest);
}

function withoutColours(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours of a terminal begin with the escape character
  return line.replace(/\u001b\[[0-9;]*m/g, '');
}

function shortened(line: string): string {
  return line.trim().slice(0, 160);
}

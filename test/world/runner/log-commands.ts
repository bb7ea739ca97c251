// Reads workflow commands from a log line: `::name key=value::data` and the older `##[name key=value]data`.
export type LogCommand = {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
};

const known = new Set([
  ...[
    'error',
    'warning',
    'notice',
    'debug',
    'group',
    'endgroup',
    'add-mask',
    'stop-commands',
    'set-output',
    'save-state',
  ],
  ...['set-env', 'add-path', 'echo', 'add-matcher', 'remove-matcher'],
]);

/** Whether a name is one of the runner's commands. */
export function isCommandName(name: string): boolean {
  return known.has(name.toLowerCase());
}

/** The command of a line, undefined when the line is plain text or names a command the runner does not know. */
export function readCommand(line: string): LogCommand | undefined {
  return readNew(line) ?? readLegacy(line);
}

function readNew(line: string): LogCommand | undefined {
  const text = line.trimStart();
  if (!text.startsWith('::')) return undefined;
  const end = text.indexOf('::', 2);
  if (end < 0) return undefined;
  return command(text.slice(2, end), text.slice(end + 2), ',', unescapeProperty, unescapeData);
}

function readLegacy(line: string): LogCommand | undefined {
  const start = line.indexOf('##[');
  const end = line.indexOf(']', start);
  if (start < 0 || end < 0) return undefined;
  return command(line.slice(start + 3, end), line.slice(end + 1), ';', unescapeLegacy, unescapeLegacy);
}

type Unescape = (text: string) => string;

function command(
  head: string,
  data: string,
  separator: string,
  ofProperty: Unescape,
  ofData: Unescape,
): LogCommand | undefined {
  const space = head.indexOf(' ');
  const name = (space < 0 ? head : head.slice(0, space)).toLowerCase();
  if (!isCommandName(name)) return undefined;
  const properties: Record<string, string> = {};
  for (const pair of space < 0 ? [] : head.slice(space + 1).split(separator)) {
    const equals = pair.indexOf('=');
    if (equals > 0 && equals < pair.length - 1)
      properties[pair.slice(0, equals).trim()] = ofProperty(pair.slice(equals + 1));
  }
  return { name, properties, data: ofData(data) };
}

function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function unescapeProperty(text: string): string {
  return text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%');
}

function unescapeLegacy(text: string): string {
  return text
    .replaceAll('%3B', ';')
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%5D', ']')
    .replaceAll('%25', '%');
}

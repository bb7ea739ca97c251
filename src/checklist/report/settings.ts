// Settings of a service as files hold them: YAML and JSON by their paths, lines of `key = value` as in properties, dotenv, ini and TOML.
import { parseAllDocuments } from 'yaml';
import { type Read, read, readJson, refusedText, unreadable, withoutMark } from './reading.ts';

/** Characters of a value that are looked at: no number is longer. */
const mostValue = 1000;

export interface Setting {
  /** As the file has it, nested ones joined by dots. */
  readonly key: string;
  readonly value: string;
}

/** Characters of the largest file of settings that is read (2 MB): those people write are far smaller. */
const mostCharacters = 2 * 1024 * 1024;

/** All settings of a text, by the ending of its path. A text without any is unreadable. */
export function readSettings(path: string, text: string): Read<readonly Setting[]> {
  const refused = refusedText(text) ?? (text.length > mostCharacters ? 'it has more than 2 MB' : undefined);
  if (refused !== undefined) return unreadable(refused);
  const ending = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  try {
    const told = settingsOf(ending, withoutMark(text));
    if (told.kind === 'unreadable') return told;
    return told.report.length === 0 ? unreadable('it has no setting') : told;
  } catch {
    return unreadable('it is nested too deep, or its aliases multiply');
  }
}

function settingsOf(ending: string, text: string): Read<readonly Setting[]> {
  if (ending === 'json') {
    const json = readJson(text);
    return json.kind === 'unreadable' ? json : read(flattened(json.report, ''));
  }
  if (ending !== 'yml' && ending !== 'yaml') return read(linesOf(text));
  const found: Setting[] = [];
  for (const document of parseAllDocuments(text, { prettyErrors: false, logLevel: 'silent' })) {
    if (!('errors' in document)) return unreadable('it is empty');
    if (document.errors.length > 0) return unreadable('it is not YAML, or cut off');
    found.push(...flattened(document.toJS({ maxAliasCount: 100 }), ''));
  }
  return read(found);
}

function flattened(value: unknown, key: string): readonly Setting[] {
  if (value === null || value === undefined) return [];
  if (typeof value !== 'object') return key === '' ? [] : [{ key, value: String(value) }];
  return Object.entries(value).flatMap(([step, inner]) => flattened(inner, key === '' ? step : `${key}.${step}`));
}

function linesOf(text: string): readonly Setting[] {
  const found: Setting[] = [];
  let section = '';
  for (const line of text.split(/\r?\n/).map((one) => one.trim())) {
    const head = /^\[([^[\]]+)\]$/.exec(line)?.[1];
    if (head !== undefined) section = `${head.trim()}.`;
    const match = /^(?:export\s+)?([A-Za-z][\w.-]*)\s*[=:](.*)$/.exec(line);
    if (match === null) continue;
    const [, key = '', value = ''] = match;
    found.push({ key: `${section}${key}`, value: withoutQuotes(value.trim().slice(0, mostValue)) });
  }
  return found;
}

function withoutQuotes(value: string): string {
  const quoted = /^(["'])(.*?)\1\s*(?:#.*)?$/.exec(value);
  return quoted === null ? value.replace(/\s+#.*$/, '') : (quoted[2] ?? '');
}

/** A key without what people write differently: `max-pool-size`, `maxPoolSize` and `MAX_POOL_SIZE` are one. */
export function sameKey(key: string): string {
  return key.toLowerCase().replace(/[^a-z0-9]/g, '');
}

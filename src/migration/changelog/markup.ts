// Changelogs of Liquibase in XML, YAML and JSON: their changesets and includes in order, with the lines they stand on.
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { isMap, isSeq, parseDocument, type YAMLMap } from 'yaml';
import { type Changeset, changesAmong, isAutomatic } from './changeset.ts';

export type Entry =
  | { readonly kind: 'changeset'; readonly changeset: Changeset }
  | {
      readonly kind: 'include' | 'include-all';
      readonly target: string;
      /** To the folder of this changelog; else to the search path. */
      readonly relative: boolean;
      readonly line: number;
    };

/** Entries in the order of the file, or why it cannot be read. */
export type Entries = readonly Entry[] | { readonly because: string };

const attributesParser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseAttributeValue: false,
});

/** Reads a changelog in XML. */
export function xmlEntries(path: string, text: string): Entries {
  const valid = XMLValidator.validate(text);
  if (valid !== true) return { because: `line ${valid.err.line}: ${valid.err.msg}` };
  // What is remarked out keeps its place and says nothing.
  const bare = text.replace(/<!--[\s\S]*?-->/g, (words) => words.replace(/[^\n]/g, ' '));
  const logical = /<databaseChangeLog\b[^>]*?\blogicalFilePath\s*=\s*["']([^"']*)["']/.exec(bare)?.[1];
  const found = bare.matchAll(/<(changeSet|includeAll|include)\b(?:[^>"']|"[^"]*"|'[^']*')*?(?:\/>|>)/g);
  return [...found].flatMap(({ 0: opening, 1: name = '', index }): readonly Entry[] => {
    const line = lineAt(text, index);
    const closed = opening.endsWith('/>') || name !== 'changeSet';
    const end = closed ? index + opening.length : bare.indexOf('</changeSet>', index) + '</changeSet>'.length;
    const element = asRecord(asRecord(attributesParser.parse(bare.slice(index, end)))[name]);
    const attributes = Object.fromEntries(
      Object.entries(element).flatMap(([key, value]) => (key.startsWith('@') ? [[key.slice(1), String(value)]] : [])),
    );
    if (name !== 'changeSet') return [included(name, attributes, line)];
    const children = Object.keys(element);
    return [changesetEntry({ path, line, text: text.slice(index, end), attributes, children, logical })];
  });
}

/** Reads a changelog in YAML or JSON. */
export function yamlEntries(path: string, text: string): Entries {
  // Ids as they are written: 1.10 is no number.
  const document = parseDocument(text, { schema: 'failsafe' });
  const [error] = document.errors;
  if (error !== undefined) return { because: error.message.split('\n')[0] ?? '' };
  const list = isMap(document.contents) ? document.contents.get('databaseChangeLog', true) : undefined;
  if (!isSeq(list)) return { because: 'it has no list databaseChangeLog' };
  const logical = list.items
    .flatMap((item) => (isMap(item) ? [item.get('logicalFilePath')] : []))
    .find((one) => typeof one === 'string');
  return list.items.flatMap((item): readonly Entry[] => {
    if (!isMap(item)) return [];
    const [from = 0, end = text.length] = item.range ?? [];
    const line = lineAt(text, from);
    const set = item.get('changeSet', true);
    if (isMap(set)) {
      const children = [...keysOf(set), ...changeNames(set)];
      return [changesetEntry({ path, line, text: text.slice(from, end), attributes: scalars(set), children, logical })];
    }
    return ['include', 'includeAll'].flatMap((name) => {
      const entry = item.get(name, true);
      return isMap(entry) ? [included(name, scalars(entry), line)] : [];
    });
  });
}

function changeNames(set: YAMLMap): readonly string[] {
  const changes = set.get('changes', true);
  return isSeq(changes) ? changes.items.flatMap((one) => (isMap(one) ? keysOf(one) : [])) : [];
}

/** Keys of a changeset that are lists and maps; the others are its attributes. */
function keysOf(map: YAMLMap): readonly string[] {
  return map.items.flatMap(({ key, value }) => {
    const name = String(key);
    const isAttribute = !isMap(value) && !isSeq(value) && name !== 'rollback' && name !== 'sql';
    return isAttribute || name === 'changes' ? [] : [name];
  });
}

function scalars(map: YAMLMap): Readonly<Record<string, string>> {
  return Object.fromEntries(
    map.items.flatMap(({ key, value }) => (isMap(value) || isSeq(value) ? [] : [[String(key), String(value ?? '')]])),
  );
}

interface Found {
  readonly path: string;
  readonly line: number;
  readonly text: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly string[];
  readonly logical: string | undefined;
}

function changesetEntry({ children, logical, ...found }: Found): Entry {
  const changes = changesAmong(children);
  const { id = '', author = '', logicalFilePath = logical } = found.attributes;
  return {
    kind: 'changeset',
    changeset: {
      ...{ ...found, id, author, changes },
      revertible: children.includes('rollback') || isAutomatic(changes),
      ...(logicalFilePath === undefined ? {} : { logicalPath: logicalFilePath }),
    },
  };
}

function included(name: string, attributes: Readonly<Record<string, string>>, line: number): Entry {
  const target = (attributes.file ?? attributes.path ?? '').replace(/^classpath:/, '').replace(/^\/+/, '');
  const relative = attributes.relativeToChangelogFile === 'true';
  return { kind: name === 'includeAll' ? 'include-all' : 'include', target, relative, line };
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

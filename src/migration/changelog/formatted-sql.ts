// Liquibase's formatted SQL: changesets divided by remarks, each with its statements and its way back, on the lines of the file.
import type { Changeset, SqlPart } from './changeset.ts';

const head = /^\s*--\s*liquibase\s+formatted\s+sql\b(.*)$/im;
const mark = /^\s*--\s*changeset\s+("[^"]*"|[^:\s][^:]*):("[^"]*"|\S+)(.*)$/i;
const back = /^\s*--\s*rollback\b[ \t]?(.*)$/i;
/** Written where there is nothing to take back. */
const nothing = /^\s*(?:empty|not required)\s*;?\s*$/i;

/** Changesets of one file. A file without the head of formatted SQL is one changeset, as `includeAll` takes it. */
export function formattedChangesets(path: string, text: string): readonly Changeset[] {
  const lines = text.split('\n');
  const first = head.exec(text);
  if (first === null) return [changeset(path, { id: 'raw', author: 'includeAll', at: 0, end: lines.length, lines })];
  const logicalPath = attributesOf(first[1] ?? '').logicalFilePath;
  const marks = lines.flatMap((line, at) => {
    const found = mark.exec(line);
    if (found === null) return [];
    const [, author = '', id = '', rest = ''] = found;
    return [{ author: unquoted(author).trim(), id: unquoted(id), at, attributes: attributesOf(rest) }];
  });
  return marks.map((one, index) =>
    changeset(path, { ...one, end: marks[index + 1]?.at ?? lines.length, lines, logicalPath }),
  );
}

interface Cut {
  readonly id: string;
  readonly author: string;
  readonly at: number;
  readonly end: number;
  readonly lines: readonly string[];
  readonly attributes?: Readonly<Record<string, string>>;
  readonly logicalPath?: string | undefined;
}

function changeset(path: string, { id, author, at, end, lines, attributes = {}, logicalPath }: Cut): Changeset {
  const own = lines.slice(at, end);
  const { up, down, revertible } = waysOf(own, at + 1);
  const logical = attributes.logicalFilePath ?? logicalPath;
  return {
    ...{ id, author, path, line: at + 1, text: own.join('\n'), attributes, changes: ['sql'], revertible },
    sql: { up, down },
    ...(logical === undefined ? {} : { logicalPath: logical }),
  };
}

/** What stands below `--rollback` or in a comment that begins with `liquibase rollback` is the way back; lines keep their numbers. */
function waysOf(lines: readonly string[], line: number): { up: SqlPart; down: SqlPart; revertible: boolean } {
  let isBack = false;
  let revertible = false;
  const ups: string[] = [];
  const downs: string[] = [];
  for (const written of lines) {
    const inline = back.exec(written);
    const opens: boolean = !isBack && /^\s*\/\*\s*liquibase\s+rollback\s*$/i.test(written);
    const closes: boolean = isBack && /\*\/\s*$/.test(written);
    revertible ||= inline !== null || opens;
    const taken = inline?.[1] ?? (isBack && !closes ? written : undefined);
    downs.push(taken === undefined || nothing.test(taken) ? '' : taken);
    ups.push(taken !== undefined || opens || closes ? '' : written);
    isBack = (isBack || opens) && !closes;
  }
  return { up: { text: ups.join('\n'), line }, down: { text: downs.join('\n'), line }, revertible };
}

/** `context:test splitStatements:false dbms:"postgresql, h2"`. */
function attributesOf(words: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...words.matchAll(/([A-Za-z]+):("[^"]*"|\S+)/g)].map(([, name = '', value = '']) => [name, unquoted(value)]),
  );
}

function unquoted(words: string): string {
  return words.replace(/^"(.*)"$/, '$1');
}

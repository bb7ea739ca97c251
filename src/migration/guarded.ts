// Puts IF [NOT] EXISTS and OR REPLACE into a statement where that is all it takes to run twice.
import type { ParsedStatement } from './parsed.ts';
import { onItsLines } from './suggestion.ts';

const guards: readonly (readonly [RegExp, string])[] = [
  [/^create\s+(unique\s+)?index\s+(concurrently\s+)?(?!if\b|concurrently\b|on\b)/i, 'CREATE $1INDEX $2IF NOT EXISTS '],
  [
    /^create\s+((?:temp|temporary|unlogged)\s+)?(table|sequence|schema|extension|materialized\s+view)\s+(?!if\b)/i,
    'CREATE $1$2 IF NOT EXISTS ',
  ],
  [/^create\s+(view|function|procedure)\s+/i, 'CREATE OR REPLACE $1 '],
  [/^drop\s+(table|view|materialized\s+view|sequence|schema|type|domain|extension)\s+(?!if\b)/i, 'DROP $1 IF EXISTS '],
  [/^drop\s+index\s+(concurrently\s+)?(?!if\b|concurrently\b)/i, 'DROP INDEX $1IF EXISTS '],
  [/^(alter\s+type\s+\S+\s+add\s+value)\s+(?!if\b)/i, '$1 IF NOT EXISTS '],
  [/^(alter\s+table\s+[^,]*?\badd\s+column)\s+(?!if\b)/i, '$1 IF NOT EXISTS '],
  [/^(alter\s+table\s+[^,]*?\bdrop\s+(?:column|constraint))\s+(?!if\b)/i, '$1 IF EXISTS '],
];

/** The statement with its guard; undefined where it takes more than that, or the statement shares its lines. */
export function guardedText(statement: ParsedStatement): string | undefined {
  const guard = guards.find(([pattern]) => pattern.test(statement.text));
  // Of several parts only the first would get its guard.
  if (guard === undefined || statement.deeds.length > 1) return undefined;
  const text = statement.text.replace(guard[0], (...parts: readonly unknown[]) =>
    guard[1].replace(/\$(\d)/g, (_, digit: string) => String(parts[Number(digit)] ?? '')),
  );
  return onItsLines(statement, text);
}

// What each action of an ALTER TABLE means for code that runs on the table as it was.
import { contract, expand, type Meaning, unnoticed } from './meaning.ts';
import type { Token } from './token.ts';

/** The meaning of every action of an ALTER TABLE, in order. */
export function tableActions(tokens: readonly Token[]): readonly Meaning[] {
  return divided(afterName(tokens)).map(actionMeaning);
}

const constraints = ['CONSTRAINT', 'CHECK', 'UNIQUE', 'PRIMARY', 'FOREIGN', 'EXCLUDE'];
const unseen = ['VALIDATE', 'CLUSTER', 'REPLICA'];
const counting = ['SERIAL', 'BIGSERIAL', 'SMALLSERIAL', 'SERIAL4', 'SERIAL8', 'SERIAL2'];

function actionMeaning(action: readonly Token[]): Meaning {
  const words = action.filter(({ kind }) => kind === 'word').map(({ text }) => text);
  const [first = '', second = ''] = words;
  if (first === 'ADD' && constraints.includes(second))
    return contract(`ADD ${second} refuses rows that old code may write`);
  if (first === 'ADD') return addedColumn(words);
  if (first === 'RENAME') return contract('RENAME: old code knows the old name');
  if (first === 'DROP')
    return contract(`DROP ${second === 'COLUMN' || second === 'CONSTRAINT' ? second : 'COLUMN'}: old code may use it`);
  if (first === 'ALTER') return alteredColumn(action);
  if (first === 'ATTACH') return expand('a partition is attached');
  if (unseen.includes(first)) return unnoticed;
  if (first === 'SET' && (action[1]?.text === '(' || ['LOGGED', 'UNLOGGED', 'TABLESPACE'].includes(second)))
    return unnoticed;
  return contract(`ALTER TABLE … ${`${first} ${second}`.trim()} cannot be judged from its text`);
}

function addedColumn(words: readonly string[]): Meaning {
  const text = ` ${words.join(' ')} `;
  const filled =
    text.includes(' DEFAULT ') || text.includes(' GENERATED ') || words.some((word) => counting.includes(word));
  const needed = text.includes(' NOT NULL ') || text.includes(' PRIMARY KEY ');
  if (needed && !filled) return contract('a column that must be filled and has no default: old code does not write it');
  return expand('a column is added that old code need not know');
}

/** What follows ALTER [COLUMN] name. */
function alteredColumn(action: readonly Token[]): Meaning {
  const skip = action[1]?.kind === 'word' && action[1].text === 'COLUMN' ? 3 : 2;
  const words = action
    .slice(skip)
    .filter(({ kind }) => kind === 'word')
    .map(({ text }) => text);
  const change = words.slice(0, 3).join(' ');
  if (/^(TYPE|SET DATA TYPE)/.test(change)) return contract('the type of a column changes');
  if (/^SET NOT NULL/.test(change)) return contract('SET NOT NULL refuses rows that old code may write');
  if (/^(SET DEFAULT|DROP NOT NULL|ADD GENERATED)/.test(change))
    return expand(`${words.slice(0, 2).join(' ')} loosens or fills`);
  if (/^(SET STATISTICS|SET STORAGE|SET COMPRESSION|RESET)/.test(change)) return unnoticed;
  return contract(`ALTER COLUMN … ${change} can change what old code reads or writes`);
}

/** The tokens behind ALTER [FOREIGN] TABLE [IF EXISTS] [ONLY] name [*]. */
function afterName(tokens: readonly Token[]): readonly Token[] {
  let at = tokens.findIndex(({ text }) => text === 'TABLE') + 1;
  while (['IF', 'EXISTS', 'ONLY'].includes(tokens[at]?.text ?? '')) at += 1;
  at += 1;
  while (tokens[at]?.text === '.') at += 2;
  return tokens.slice(tokens[at]?.text === '*' ? at + 1 : at);
}

/** Cuts at commas outside parentheses. */
function divided(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    if (token.text === ',' && depth === 0) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts.filter((part) => part.length > 0);
}

// Reads the text of a GraphQL query: one operation of fields, arguments, variables and inline fragments; named fragments and directives are not for here.

export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

export interface Selection {
  readonly name: string;
  readonly alias: string;
  readonly args: Readonly<Record<string, Value>>;
  readonly fields: readonly Selection[];
  /** Of an inline fragment, the type it is for; it has no name of its own. */
  readonly on?: string;
}

export class QueryFault extends Error {}

const token = /[!$():=@[\]{|}]|\.{3}|[_A-Za-z]\w*|-?\d+(?:\.\d+)?|"(?:[^"\\\n]|\\.)*"/y;

/** The fields a query asks of the root, its variables filled in. */
export function readQuery(text: string, variables: Readonly<Record<string, unknown>>): Selection[] {
  const tokens = tokenise(text);
  let at = 0;
  const declared = new Map<string, Value>();
  const peek = () => tokens[at];
  const next = (): string => {
    const found = tokens[at];
    if (found === undefined) throw new QueryFault('Expected one or more, got end of query');
    at += 1;
    return found;
  };
  const take = (wanted: string): void => {
    const found = next();
    if (found !== wanted) throw new QueryFault(`Expected ${wanted}, got ${found}`);
  };

  function readName(): string {
    const name = next();
    if (!/^[_A-Za-z]/.test(name)) throw new QueryFault(`Expected a name, got ${name}`);
    return name;
  }

  function readType(): string {
    const isList = peek() === '[';
    if (isList) next();
    const inner = isList ? readType() : readName();
    if (isList) take(']');
    const isRequired = peek() === '!';
    if (isRequired) next();
    return `${isList ? `[${inner}]` : inner}${isRequired ? '!' : ''}`;
  }

  function readVariables(): void {
    take('(');
    while (peek() !== ')') {
      take('$');
      const name = readName();
      take(':');
      const type = readType();
      const hasDefault = peek() === '=';
      if (hasDefault) next();
      const fallback = hasDefault ? readValue() : null;
      const given = variables[name];
      if (given === undefined && !hasDefault && type.endsWith('!')) {
        throw new QueryFault(`Variable $${name} of type ${type} was provided invalid value`);
      }
      declared.set(name, given === undefined ? fallback : (given as Value));
    }
    take(')');
  }

  function readValue(): Value {
    const word = next();
    if (word === '$') return readVariable();
    if (word === '[') return readList();
    if (word === '{') return readObject();
    if (word.startsWith('"')) return JSON.parse(word);
    if (/^-?\d/.test(word)) return Number(word);
    if (word === 'null') return null;
    return word === 'true' || word === 'false' ? word === 'true' : word;
  }

  function readVariable(): Value {
    const name = readName();
    const value = declared.get(name);
    if (value === undefined) throw new QueryFault(`Variable $${name} is used but not declared`);
    return value;
  }

  function readList(): Value {
    const values: Value[] = [];
    while (peek() !== ']') values.push(readValue());
    take(']');
    return values;
  }

  function readObject(): Record<string, Value> {
    const object: Record<string, Value> = {};
    while (peek() !== '}') {
      const name = readName();
      take(':');
      object[name] = readValue();
    }
    take('}');
    return object;
  }

  function readArgs(): Record<string, Value> {
    if (peek() !== '(') return {};
    next();
    const args: Record<string, Value> = {};
    while (peek() !== ')') {
      const name = readName();
      take(':');
      args[name] = readValue();
    }
    take(')');
    return args;
  }

  function readFields(): Selection[] {
    take('{');
    const fields: Selection[] = [];
    while (peek() !== '}') {
      if (peek() === '...') {
        next();
        take('on');
        const on = readName();
        fields.push({ name: '', alias: '', args: {}, fields: readFields(), on });
        continue;
      }
      const first = readName();
      const isAlias = peek() === ':';
      if (isAlias) next();
      const name = isAlias ? readName() : first;
      fields.push({ name, alias: first, args: readArgs(), fields: peek() === '{' ? readFields() : [] });
    }
    take('}');
    if (fields.length === 0) throw new QueryFault('Expected a field, got }');
    return fields;
  }

  if (peek() === 'query') {
    next();
    if (peek() !== '(' && peek() !== '{') readName();
    if (peek() === '(') readVariables();
  }
  const fields = readFields();
  if (at < tokens.length) throw new QueryFault(`Expected one operation, got ${tokens[at]} after it`);
  return fields;
}

function tokenise(text: string): string[] {
  const tokens: string[] = [];
  const bare = text.replace(/#.*$/gm, '');
  token.lastIndex = 0;
  for (let index = 0; index < bare.length; ) {
    const blank = /[\s,]/.test(bare[index] ?? '');
    if (blank) {
      index += 1;
      continue;
    }
    token.lastIndex = index;
    const found = token.exec(bare);
    if (found === null) throw new QueryFault(`Unexpected character ${bare[index]}`);
    tokens.push(found[0]);
    index = token.lastIndex;
  }
  return tokens;
}

// Evaluates `${{ }}` as a runner does, with GitHub's own expression library and the status functions of a job.
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import { TokenType } from '@actions/expressions/lexer';
import type { Json, Outcome } from './types.ts';

/** What an expression may read (another context is an error); `status` answers success(), failure() and cancelled(). */
export type Scope = {
  readonly contexts: Readonly<Record<string, Json>>;
  readonly status: Outcome;
};

const statusFunctions = ['success', 'failure', 'cancelled', 'always'] as const;

/** Replaces each `${{ }}` of a text by its value. Throws on a bad expression, naming it. */
export function evaluateText(text: string, scope: Scope): string {
  return parts(text)
    .map((part) => (part.kind === 'text' ? part.text : evaluate(part.text, scope).coerceString()))
    .join('');
}

/** The value of a text that is one `${{ }}` (any type), else the text with its expressions replaced. */
export function evaluateValue(text: string, scope: Scope): Json {
  const [only, ...rest] = parts(text);
  if (only?.kind !== 'expression' || rest.length > 0) return evaluateText(text, scope);
  return JSON.parse(JSON.stringify(evaluate(only.text, scope), data.replacer)) as Json;
}

/** Whether an `if:` holds. Without a status function it means `success() && (…)`; an empty one is `success()`. */
export function evaluateCondition(condition: string, scope: Scope): boolean {
  const bare = condition
    .trim()
    .replace(/^\$\{\{([\s\S]*)\}\}$/, (whole, inner: string) => (inner.includes('${{') ? whole : inner));
  const expression = bare.includes('${{') ? `'${evaluateText(bare, scope).replaceAll("'", "''")}'` : bare;
  if (expression.trim() === '') return scope.status === 'success';
  return truthy(evaluate(asksStatus(expression) ? expression : `success() && (${expression})`, scope));
}

function evaluate(expression: string, scope: Scope): data.ExpressionData {
  try {
    const { tokens } = new Lexer(expression).lex();
    const tree = new Parser(tokens, Object.keys(scope.contexts), [...functions(scope).values()]).parse();
    return new Evaluator(tree, contextData(scope), functions(scope)).evaluate();
  } catch (error) {
    throw new Error(`The expression \${{ ${expression.trim()} }} cannot be evaluated: ${messageOf(error)}`);
  }
}

function contextData(scope: Scope): data.Dictionary {
  const contexts = new data.Dictionary();
  for (const [name, value] of Object.entries(scope.contexts)) contexts.add(name, revive(value));
  return contexts;
}

function revive(value: Json): data.ExpressionData {
  return JSON.parse(JSON.stringify(value), data.reviver) as data.ExpressionData;
}

function functions(scope: Scope) {
  const answers = {
    success: scope.status === 'success',
    failure: scope.status === 'failure',
    cancelled: scope.status === 'cancelled',
    always: true,
  };
  const status = statusFunctions.map((name) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(answers[name]),
  }));
  const hash = { name: 'hashfiles', minArgs: 1, maxArgs: 255, call: refuseHashFiles };
  return new Map([...status, hash].map((one) => [one.name, one]));
}

function refuseHashFiles(): never {
  throw new Error('the harness does not compute hashFiles(); give the value in the test');
}

function asksStatus(expression: string): boolean {
  const { tokens } = new Lexer(expression).lex();
  return tokens.some(
    (token, at) =>
      token.type === TokenType.IDENTIFIER &&
      tokens[at + 1]?.type === TokenType.LEFT_PAREN &&
      statusFunctions.some((name) => name === token.lexeme.toLowerCase()),
  );
}

function truthy(value: data.ExpressionData): boolean {
  if (value.kind === data.Kind.Null) return false;
  if (value.kind === data.Kind.Boolean) return value.coerceString() === 'true';
  if (value.kind === data.Kind.Number) return value.number() !== 0 && !Number.isNaN(value.number());
  if (value.kind === data.Kind.String) return value.coerceString() !== '';
  return true;
}

type Part = { readonly kind: 'text' | 'expression'; readonly text: string };

function parts(text: string): readonly Part[] {
  const found: Part[] = [];
  let from = 0;
  for (let open = text.indexOf('${{'); open >= 0; open = text.indexOf('${{', from)) {
    const close = closing(text, open + 3);
    if (open > from) found.push({ kind: 'text', text: text.slice(from, open) });
    found.push({ kind: 'expression', text: text.slice(open + 3, close) });
    from = close + 2;
  }
  if (from < text.length || found.length === 0) found.push({ kind: 'text', text: text.slice(from) });
  return found;
}

/** Where the `}}` is that ends an expression; quoted ones do not count. */
function closing(text: string, from: number): number {
  let quoted = false;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "'") quoted = !quoted;
    if (!quoted && text.startsWith('}}', at)) return at;
  }
  throw new Error(`The expression in "${text}" has no closing }}.`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

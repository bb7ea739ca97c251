// Environment variables in the policy's texts: `${NAME}` becomes its value only where the text is used, never in what is shown.
import { Problem } from './problem.ts';

const named = /\$\{([A-Z_][A-Z0-9_]*)\}/g;

/** The value with every `${NAME}` in its texts, at any depth, replaced. Throws a Problem that names all variables that are not set. */
export function withVariables<T>(value: T, read: (name: string) => string | undefined, where: string): T {
  const missing = [...new Set(namesIn(value).filter((name) => read(name) === undefined))];
  if (missing.length > 0) {
    throw new Problem({
      what: `The policy names ${missing.map((name) => `\${${name}}`).join(', ')}, which ${missing.length === 1 ? 'is' : 'are'} not set`,
      where,
      fix: `Set ${missing.join(', ')} under \`env:\` of the job or the step.`,
      reason: 'variable-not-set',
    });
  }
  return replaced(value, read);
}

/** Names of the variables that the texts of a value mention, at any depth. */
export function namesIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [...value.matchAll(named)].map((match) => match[1] ?? '');
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(namesIn);
}

function replaced<T>(value: T, read: (name: string) => string | undefined): T;
function replaced(value: unknown, read: (name: string) => string | undefined): unknown {
  if (typeof value === 'string') return value.replace(named, (whole, name: string) => read(name) ?? whole);
  if (Array.isArray(value)) return value.map((item) => replaced(item, read));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item, read)]));
}

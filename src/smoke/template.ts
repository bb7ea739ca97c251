// Placeholders in the texts of a suite: `{{ name }}` becomes a variable, a captured value, a secret, or the deployment's own words.

const placeholder = /\{\{\s*([A-Za-z_][\w.-]*)\s*\}\}/g;

/** Values by placeholder name: `run`, `token`, `secrets.PASSWORD`, `deployment.sha`, `deployment.version`, `run.id`. */
export type Values = Readonly<Record<string, string>>;

/** Names that stand in every suite. */
export const builtInNames = ['deployment.sha', 'deployment.version', 'run.id'] as const;

/** The names that the texts of a value mention, at any depth, keys included. */
export function namesIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [...value.matchAll(placeholder)].map((match) => match[1] ?? '');
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [...namesIn(key), ...namesIn(inner)]);
}

/** The value with every placeholder filled in; one without a value stays as it is (readSuite has refused unknown names). */
export function filled<T>(value: T, values: Values): T;
export function filled(value: unknown, values: Values): unknown {
  if (typeof value === 'string')
    return value.replace(placeholder, (whole, name: string) =>
      Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
    );
  if (Array.isArray(value)) return value.map((item) => filled(item, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [filled(key, values), filled(inner, values)]));
}

// What to write where a map is wanted and people write the one thing that it is about: `http: /health`, `expect: 200`.

/** The `error` of a map: what it would be for a bare text or number; undefined where that is not clear. */
export function wanted(form: (bare: string) => string | undefined) {
  return { error: ({ code, input }: { readonly code?: string; readonly input?: unknown }) => said(code, input, form) };
}

function said(
  code: string | undefined,
  input: unknown,
  form: (bare: string) => string | undefined,
): string | undefined {
  if (code !== 'invalid_type') return undefined;
  const bare = bareOf(input);
  const instead = bare === undefined ? undefined : form(bare);
  return instead === undefined ? undefined : `expected a map of keys; write ${instead}`;
}

/** As it stands within the braces of a map: in quotes where its signs mean something there. */
function bareOf(input: unknown): string | undefined {
  if (Array.isArray(input)) return input.every(isBare) ? `[${input.map(bareOf).join(', ')}]` : undefined;
  if (!isBare(input)) return undefined;
  const text = String(input);
  return typeof input === 'string' && /[{}[\],"']|^[*&!|>%@`#-]|: | #|^$/.test(text) ? JSON.stringify(text) : text;
}

function isBare(input: unknown): input is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof input);
}

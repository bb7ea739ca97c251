// Shorthands that people write where a map is wanted, `http: /health` or `expect: 200`, and the map that they mean.

/** The `error` of a map, which writes a bare text, number or list of them out; `form` gives undefined where it is not clear what is meant. */
export function explainShorthand(form: (bare: string) => string | undefined) {
  return {
    error: ({ code, input }: { readonly code?: string; readonly input?: unknown }): string | undefined => {
      const bare = code === 'invalid_type' ? bareOf(input) : undefined;
      const map = bare === undefined ? undefined : form(bare);
      return map === undefined ? undefined : `expected a map of keys; write ${map}`;
    },
  };
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

// The cookies that an answer sets, as an expectation asks for them: by name, or an attribute of one.

/** The value of the cookie `name`, or of its attribute with `name@attribute` (`true` for one without a value, such as HttpOnly); undefined where
 * it is not set. Of several of one name the last counts, as in a browser. */
export function setCookieAt(lines: readonly string[], asked: string): string | undefined {
  const [, name = asked, attribute] = /^(.+)@([A-Za-z-]+)$/.exec(asked) ?? [];
  const found = lines.map((line) => line.split(';').map(partOf)).filter(([pair]) => pair?.name === name);
  const [pair, ...attributes] = found.at(-1) ?? [];
  if (attribute === undefined) return pair?.value;
  const one = attributes.find((part) => part.name.toLowerCase() === attribute.toLowerCase());
  return one === undefined || one.value !== '' ? one?.value : 'true';
}

function partOf(text: string): { readonly name: string; readonly value: string } {
  const at = text.indexOf('=');
  return at === -1
    ? { name: text.trim(), value: '' }
    : { name: text.slice(0, at).trim(), value: text.slice(at + 1).trim() };
}

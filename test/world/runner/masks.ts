// Hides secrets in what the runner shows: each value, its lines, and the shapes it takes when encoded.

/** Gathers the values to hide and hides them; one for a job. */
export class Masks {
  readonly #shapes = new Set<string>();

  /** Hides a value and each of its lines from now on; empty ones are passed over. */
  add(value: string): void {
    for (const part of [value, ...value.split(/\r?\n/)]) {
      if (part.trim() === '') continue;
      for (const shape of shapesOf(part)) if (shape !== '') this.#shapes.add(shape);
    }
  }

  /** The text with every hidden value replaced by `***`, the longest first. */
  hide(text: string): string {
    const present = [...this.#shapes].filter((shape) => text.includes(shape)).sort((a, b) => b.length - a.length);
    return present.reduce((shown, shape) => shown.replaceAll(shape, '***'), text);
  }
}

/** The runner's list of encoders, each given the raw value. */
function shapesOf(value: string): readonly string[] {
  const bytes = Buffer.from(value, 'utf8');
  const json = JSON.stringify(value).slice(1, -1);
  return [
    value,
    ...[0, 1, 2].map((shift) => base64From(bytes, shift)),
    value.replaceAll('"', '\\"'),
    value.replaceAll("'", "''"),
    json,
    encodeURIComponent(value),
    value
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&apos;'),
    value.length > 8 ? value.replace(/^"(.*)"$/s, '$1') : value,
    ...aroundAmpersand(value),
  ];
}

/** Base64 of what follows the first bytes, without the end that depends on what comes after it. */
function base64From(bytes: Buffer, shift: number): string {
  if (bytes.length <= shift) return '';
  const whole = bytes.subarray(shift);
  const encoded = whole.toString('base64');
  const certain = Math.floor((whole.length * 8) / 6);
  return certain >= 4 ? encoded.slice(0, certain) : '';
}

/** PowerShell prints the parts before and after an ampersand apart. */
function aroundAmpersand(value: string): readonly string[] {
  const at = value.indexOf('&');
  if (at < 0) return [];
  return [value.slice(0, at), value.slice(at + 1)].filter((part) => part.length >= 6);
}

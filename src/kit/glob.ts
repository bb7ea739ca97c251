// Globs of paths and of branch and tag names: `**` spans folders, `*` and `?` stay within one.

/** True when the whole of `path` matches. `docs/**` matches everything below docs, `**` everything, `**` + `/x` an x at any depth. */
export function matches(glob: string, path: string): boolean {
  return pattern(glob).test(path);
}

/** True when at least one of the globs matches; never for an empty list. */
export function anyMatches(globs: readonly string[], path: string): boolean {
  return globs.some((glob) => matches(glob, path));
}

const compiled = new Map<string, RegExp>();

function pattern(glob: string): RegExp {
  const known = compiled.get(glob);
  if (known !== undefined) return known;
  const made = new RegExp(`^${glob.replace(token, translated)}$`, 'u');
  compiled.set(glob, made);
  return made;
}

const token = /\*\*\/|\/\*\*$|\*\*|\*|\?|[.+^${}()|[\]\\]/g;

function translated(word: string): string {
  if (word === '**/') return '(?:.*/)?';
  if (word === '/**') return '/.*';
  if (word === '**') return '.*';
  if (word === '*') return '[^/]*';
  return word === '?' ? '[^/]' : `\\${word}`;
}

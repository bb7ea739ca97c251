// Globs of the policy: `**` any folders, `*` and `?` within one, `{a,b}` either, a leading `!` takes away again.

const compiled = new Map<string, RegExp>();

/** Whether `path` matches the list: some pattern matches and no later one with `!` takes it away. A list of only `!` patterns matches the rest, an empty one nothing. */
export function anyMatches(globs: readonly string[], path: string): boolean {
  let found = globs.length > 0 && globs.every((glob) => glob.startsWith('!'));
  for (const glob of globs) {
    if (glob.startsWith('!')) found = found && !matches(glob.slice(1), path);
    else found = found || matches(glob, path);
  }
  return found;
}

/** Whether `path` matches one pattern without `!`. Names that begin with a dot are names like any other. */
export function matches(glob: string, path: string): boolean {
  let pattern = compiled.get(glob);
  if (pattern === undefined) {
    pattern = compile(glob);
    compiled.set(glob, pattern);
  }
  return pattern.test(path);
}

function compile(glob: string): RegExp {
  let source = '';
  let depth = 0;
  for (let index = 0; index < glob.length; index += 1) {
    const rest = glob.slice(index);
    if (rest.startsWith('**/') && (index === 0 || glob[index - 1] === '/')) {
      source += '(?:[^/]+/)*';
      index += 2;
    } else if (rest.startsWith('**')) {
      source += '.*';
      index += 1;
    } else if (rest.startsWith('*')) source += '[^/]*';
    else if (rest.startsWith('?')) source += '[^/]';
    else if (rest.startsWith('{') && rest.includes('}')) {
      source += '(?:';
      depth += 1;
    } else if (rest.startsWith('}') && depth > 0) {
      source += ')';
      depth -= 1;
    } else source += rest.startsWith(',') && depth > 0 ? '|' : escaped(rest[0] ?? '');
  }
  // A brace inside a brace that nobody closes would leave a group open.
  return new RegExp(`^${source}${')'.repeat(depth)}$`, 's');
}

function escaped(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}

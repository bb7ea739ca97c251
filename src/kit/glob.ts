// Globs of the policy: `**` any folders, `*` and `?` within one, `{a,b}` either, a leading `!` takes away again.

import { type Pattern, reaches } from './pattern.ts';

/** So many ways to part a path at the stars are tried at once; more of them, made by somebody for it, would take minutes. */
const mostWays = 1_000_000;
const compiled = new Map<string, { readonly stars: number; readonly pattern: RegExp }>();
const walked = new Map<string, Pattern>();

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
  const known = compiled.get(glob) ?? { stars: starsOf(glob), pattern: compile(glob) };
  compiled.set(glob, known);
  return path.length ** known.stars > mostWays ? isReached(glob, path) : known.pattern.test(path);
}

function starsOf(glob: string): number {
  return glob.replaceAll('**', '*').split('*').length - 1;
}

function isReached(glob: string, path: string): boolean {
  const pattern = walked.get(glob) ?? parsed(glob);
  walked.set(glob, pattern);
  return reaches(pattern, path);
}

/** The same reading of the glob as `compile`, for the walker. */
function parsed(glob: string): Pattern {
  const groups: { readonly options: Pattern[] }[] = [{ options: [[]] }];
  const push = (piece: Pattern[number]) => {
    const options = groups.at(-1)?.options ?? [];
    options[options.length - 1] = [...(options.at(-1) ?? []), piece];
  };
  const close = () => {
    const { options = [] } = groups.pop() ?? {};
    push({ kind: 'either', options });
  };
  for (let index = 0; index < glob.length; index += 1) {
    const rest = glob.slice(index);
    const inGroup = groups.length > 1;
    if (rest.startsWith('**/') && (index === 0 || glob[index - 1] === '/')) {
      push({ kind: 'folders' });
      index += 2;
    } else if (rest.startsWith('**')) {
      push({ kind: 'anything' });
      index += 1;
    } else if (rest.startsWith('*')) push({ kind: 'name' });
    else if (rest.startsWith('?')) push({ kind: 'one' });
    else if (rest.startsWith('{') && rest.includes('}')) groups.push({ options: [[]] });
    else if (rest.startsWith('}') && inGroup) close();
    else if (rest.startsWith(',') && inGroup) groups.at(-1)?.options.push([]);
    else push({ kind: 'letter', letter: rest[0] ?? '' });
  }
  while (groups.length > 1) close();
  return groups[0]?.options[0] ?? [];
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

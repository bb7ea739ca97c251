// Code owners: whom a CODEOWNERS file names for the changed files.
import { matches } from '../kit/glob.ts';

/** The owners (`@login`, `@org/team`) of at least one of the paths, each once. As GitHub reads the file, the last matching line owns a path;
 * with no paths at all, everybody the file names. Addresses are left out: they cannot be matched with a login. */
export function ownersOf(text: string, paths: readonly string[]): readonly string[] {
  const rules = text.split('\n').flatMap((line) => ruleIn(line));
  const owning =
    paths.length === 0 ? rules : paths.flatMap((path) => rules.findLast((rule) => owns(rule.pattern, path)) ?? []);
  return [...new Set(owning.flatMap(({ owners }) => owners))];
}

interface Rule {
  readonly pattern: string;
  readonly owners: readonly string[];
}

function ruleIn(line: string): readonly Rule[] {
  const words = line
    .replace(/(^|\s)#.*$/, '')
    .trim()
    .split(/\s+/);
  const [pattern, ...owners] = words;
  if (pattern === undefined || pattern === '') return [];
  return [{ pattern, owners: owners.filter((owner) => owner.startsWith('@')) }];
}

/** A pattern with a slash inside is anchored at the root, one without matches at any depth; a folder owns all below it. */
function owns(pattern: string, path: string): boolean {
  const folder = pattern.endsWith('/');
  const bare = pattern.replace(/^\/+|\/+$/g, '');
  const anchored = pattern.startsWith('/') || bare.includes('/');
  const glob = anchored ? bare : `**/${bare}`;
  // `docs/*` owns the files of that folder alone (GitHub Docs, "CODEOWNERS syntax").
  const below = bare.endsWith('/*') ? false : matches(`${glob}/**`, path);
  return below || (!folder && matches(glob, path));
}

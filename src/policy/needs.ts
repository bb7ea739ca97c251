// Needs: environments that wait for each other in a circle could none of them ever be deployed.
import type { Fault } from './fault.ts';
import { child, keysOf, type Place, type Traced, textsOf } from './traced.ts';

/** One fault a circle of `environments.<name>.needs`, at the line that closes it. */
export function needsFaults(tree: Traced): readonly Fault[] {
  const needs = new Map(keysOf(tree, 'environments').map((name) => [name, neededBy(tree, name)]));
  const done = new Set<string>();
  const faults: Fault[] = [];
  const walk = (name: string, way: readonly string[]): void => {
    if (done.has(name)) return;
    done.add(name);
    for (const { text, at } of needs.get(name) ?? []) {
      const from = [...way, name].indexOf(text);
      if (from >= 0) faults.push(circle([...[...way, name].slice(from), text], at));
      else walk(text, [...way, name]);
    }
  };
  for (const name of needs.keys()) walk(name, []);
  return faults;
}

function neededBy(tree: Traced, name: string): readonly { readonly text: string; readonly at: Place }[] {
  const written = child(child(child(tree, 'environments'), name), 'needs');
  return written === undefined ? [] : textsOf(written);
}

function circle(names: readonly string[], at: Place): Fault {
  const what =
    names.length === 2
      ? `the environment ${names[0]} needs itself`
      : `environments need each other in a circle: ${names.join(' needs ')}`;
  return { ...at, what, fix: 'Remove one of these needs: each waits for what came before it' };
}

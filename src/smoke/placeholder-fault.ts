// Placeholders of a suite that nothing fills, or that would be filled otherwise than people expect.
import { nearest } from '../kit/spelling.ts';
import { placeOf } from '../policy/traced.ts';
import type { Givers } from './capture.ts';
import type { Check, SuiteShape } from './shape.ts';
import { builtInNames, isMaker, namesIn } from './template.ts';
import { type Found, suggest, type Written } from './written.ts';

/** A suite with who gives whom the values that checks capture. */
export type Linked = SuiteShape & { readonly givers: Givers };

/** Faults of its placeholders: variables, secrets and built-in names everywhere, captures only of what the check needs. */
export function placeholderFaults(suite: Linked, written: Written): readonly Found[] {
  const known = [...builtInNames, ...suite.secrets.map((name) => `secrets.${name}`)];
  const everywhere = [
    ...known,
    ...Object.keys(suite.vars),
    ...Object.values(suite.environments).flatMap(({ vars }) => Object.keys(vars)),
  ];
  const inVars = unknownNames(suite.vars, known, written, ['vars'], true);
  const inReady = suite.ready === undefined ? [] : unknownNames(suite.ready, everywhere, written, ['ready']);
  const inPlaces = Object.entries(suite.environments).flatMap(([name, { vars }]) =>
    unknownNames(vars, known, written, ['environments', name, 'vars'], true),
  );
  const inChecks = suite.checks.flatMap((check, index) => {
    const { cleanup, ...asked } = check;
    if (!JSON.stringify(check).includes('{{')) return [];
    const here = ['checks', index];
    const names = [...everywhere, ...(suite.givers.get(check.id)?.keys() ?? [])];
    const after = unknownNames(cleanup, [...names, ...Object.keys(check.capture)], written, [...here, 'cleanup']);
    return [...unknownNames(asked, names, written, here), ...after].map((fault) => ({
      ...fault,
      fix: () => withNeed(fault, suite, check),
    }));
  });
  return [...inVars, ...inReady, ...inPlaces, ...inChecks];
}

/** Who captures what is missing is found after its `needs` are read: the fix says which to add. */
function withNeed({ name, fix: own }: NameFault, { checks }: SuiteShape, { id }: Check): string {
  const fix = own();
  const giver = checks.find(({ capture }) => Object.hasOwn(capture, lastOf(name)))?.id;
  if (giver === undefined && fix.startsWith(unknown)) {
    const captured = checks.flatMap(({ capture }) => Object.keys(capture));
    const close = nearest(name, captured);
    return close === undefined ? fix : `Did you mean “${close}”?`;
  }
  if (giver === undefined || fix.startsWith('Write {{')) return fix;
  if (lastOf(name) !== name)
    return `“${giver}” captures ${lastOf(name)}: write {{ ${lastOf(name)} }}, and needs: [${giver}]`;
  if (giver === id) return `“${id}” captures it itself, after it has asked: use it in a later check, or in cleanup`;
  return `“${giver}” captures it: add needs: [${giver}] to this check`;
}

type NameFault = Found & { readonly name: string; readonly fix: () => string };

function unknownNames(
  value: unknown,
  known: readonly string[],
  written: Written,
  path: readonly PropertyKey[],
  makers = false,
): readonly NameFault[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) => [
      ...unknownNames(key, known, written, path, makers),
      ...unknownNames(inner, known, written, [...path, Array.isArray(value) ? Number(key) : key], makers),
    ]);
  }
  if (typeof value === 'string' && value.includes('${{')) {
    const what = '“${{” is filled in by GitHub in workflow files only';
    return [
      { ...placeOf(written.tree(), path), name: '', what, fix: () => 'Write {{ name }}, without the dollar sign' },
    ];
  }
  return namesIn(value)
    .filter((name) => !known.includes(name) && !(makers && isMaker(name)))
    .map((name) => ({
      ...placeOf(written.tree(), path),
      name,
      what: isMaker(name)
        ? `“{{ ${name} }}” makes a new value each time`
        : `nothing gives “{{ ${name} }}” a value here`,
      fix: () => (isMaker(name) ? 'Write it once under vars, and its name here' : fixOf(name, known)),
    }));
}

const unknown = 'Give it a value under vars, or capture it in a check that this one needs';

/** What most likely was meant: a name with a place before it as elsewhere (`vars.shop`), a secret that is not declared, a slip. */
function fixOf(name: string, known: readonly string[]): string {
  if (known.includes(lastOf(name))) return `Write {{ ${lastOf(name)} }}`;
  const secret =
    /^(?:secrets|env)\.(\w+)$/.exec(name)?.[1] ?? (/^[A-Z][A-Z0-9]*_[A-Z0-9_]+$/.test(name) ? name : undefined);
  if (secret !== undefined && known.includes(`secrets.${secret}`)) return `Write {{ secrets.${secret} }}`;
  const fix = suggest(name, known);
  if (fix.startsWith('Did you mean')) return fix;
  if (secret === undefined) return `${unknown}. ${fix}`;
  const written = name === `secrets.${secret}` ? '' : `, and write {{ secrets.${secret} }}`;
  return `Name it at the top of the suite: secrets: [${secret}]${written}`;
}

function lastOf(name: string): string {
  return name.split('.').at(-1) ?? name;
}

/** Names that must mean something: plans, stages, roles, areas, types, environments, metrics, providers, criteria, environment variables. */
import { nearest } from '../kit/spelling.ts';
import type { Fault } from './fault.ts';
import { quantiles } from './measure.ts';
import { idOf } from './merge.ts';
import { child, type Found, keysOf, type Place, select, type Traced, textsOf } from './traced.ts';
import type { Vocabulary } from './vocabulary-shape.ts';

/** What is called by name, where, and which names there are. */
type Reference = {
  readonly noun: string;
  readonly from: readonly string[];
  readonly known: readonly string[];
  readonly declare: string;
  /** The fault in words of its own; undefined where the usual ones fit. */
  readonly replaced?: (text: string, at: Place) => Fault | undefined;
};

/** Every name of the merged policy that nothing answers to. */
export function referenceFaults(tree: Traced, vocabulary: Vocabulary): readonly Fault[] {
  return [...references(tree, vocabulary), ...stageReferences(tree)].flatMap((reference) =>
    reference.from.flatMap((pattern) =>
      select(tree, pattern).flatMap(({ value }) =>
        textsOf(value).flatMap(({ text, at }) => unresolved(text, at, reference)),
      ),
    ),
  );
}

function references(tree: Traced, vocabulary: Vocabulary): readonly Reference[] {
  const stages = select(tree, 'plans.*.stages.*.id').flatMap(({ value }) => textsOf(value).map(({ text }) => text));
  const bands = select(tree, 'plans.*.watch.*.id').flatMap(({ value }) => textsOf(value).map(({ text }) => text));
  const chosen = ['types.*', 'tiers.apply.*', 'environments.*'];
  const covers = inPlaces('smoke.covers.*.when');
  const conditions = ['tiers.rules.*.when', 'types.*.when', 'checklist.*.when', ...covers];
  return [
    {
      noun: 'plan',
      declare: 'plans',
      known: keysOf(tree, 'plans'),
      from: [...chosen.map((at) => `${at}.plan`), 'plans.*.low-traffic'],
    },
    {
      noun: 'environment',
      declare: 'environments',
      known: keysOf(tree, 'environments'),
      from: ['environments.*.needs'],
    },
    { noun: 'area', declare: 'areas', known: keysOf(tree, 'areas'), from: conditions.map((at) => `${at}.area`) },
    {
      noun: 'type',
      declare: 'types',
      known: keysOf(tree, 'types'),
      from: [...conditions.map((at) => `${at}.type`), ...inPlaces('windows.except.*.type')],
    },
    {
      noun: 'role',
      declare: 'roles',
      known: keysOf(tree, 'roles'),
      from: [
        ...chosen.map((at) => `${at}.approvals.*.role`),
        'overrides.by',
        ...inPlaces('windows.except.*.by'),
        'checklist.*.sign-off',
        'checklist.*.owner',
        ...inPlaces('rollback.manual.*.by'),
      ],
    },
    {
      noun: 'stage or watch band',
      declare: 'plans',
      known: ['canary', 'watch', 'smoke', ...stages, ...bands],
      from: ['limits.*.during'],
    },
    {
      noun: 'source',
      declare: 'metrics.sources',
      known: inPlaces('metrics.sources').flatMap((pattern) => select(tree, pattern).flatMap(keysIn)),
      from: inPlaces('metrics.queries.*.source'),
    },
    {
      noun: 'metric',
      declare: 'metrics.queries',
      known: [...measuredMetrics(tree, vocabulary)],
      from: ['checklist.*.metric.metric'],
    },
    { noun: 'migration tool', declare: '', known: [...vocabulary.tools], from: ['migrations.tool'] },
  ];
}

/** Where the file says it, and where an environment or a leg may say it differently. */
function inPlaces(pattern: string): readonly string[] {
  return [pattern, `environments.*.${pattern}`, `environments.*.legs.*.${pattern}`];
}

function keysIn({ value }: Found): readonly string[] {
  return value.kind === 'map' ? [...value.entries.keys()] : [];
}

function stageReferences(tree: Traced): readonly Reference[] {
  return keysOf(tree, 'plans').map((plan) => ({
    noun: `stage of the plan ${plan}`,
    declare: `plans.${plan}.stages`,
    known: select(tree, `plans.${plan}.stages.*`).flatMap(({ value }) => idOf(value) ?? []),
    from: [`plans.${plan}.smoke.before`, `plans.${plan}.smoke.after`],
    replaced: replacedStages(tree, plan),
  }));
}

function unresolved(text: string, at: Place, reference: Reference): readonly Fault[] {
  if (reference.known.includes(text)) return [];
  return [
    reference.replaced?.(text, at) ?? {
      ...at,
      ...unknownName(reference.noun, text, reference.known, reference.declare),
    },
  ];
}

/** Stages of the file's own under a base whose words name its stages: told where the file can mend it. */
function replacedStages(tree: Traced, plan: string): (text: string, at: Place) => Fault | undefined {
  const own = child(child(child(tree, 'plans'), plan), 'stages');
  const ids = select(tree, `plans.${plan}.stages.*`).flatMap(({ value }) => idOf(value) ?? []);
  return (text, at) => {
    if (own === undefined || own.at.path === at.path) return undefined;
    const [first = '', last = first] = [ids[0], ids.at(-1)];
    const what = `these stages of the plan ${plan} have no “${text}”, which the smoke test of ${at.path}:${at.line} names`;
    const fix = `Add to plans.${plan} which of yours is meant: smoke: {before: ${first}, after: ${last}}; or smoke: null for none`;
    return { ...own.at, what, fix };
  };
}

/** The words for a name nobody knows. */
export function unknownName(
  noun: string,
  text: string,
  known: readonly string[],
  declare: string,
): { readonly what: string; readonly fix: string } {
  const what = `there is no ${noun} “${text}”`;
  const close = nearest(text, known);
  if (close !== undefined) return { what, fix: `Did you mean “${close}”?` };
  const list = known.length === 0 ? 'None is declared' : known.length > 20 ? '' : `Known: ${known.join(', ')}`;
  return {
    what,
    fix: [list, declare === '' ? '' : `Declare it under ${declare}`].filter((part) => part !== '').join('. '),
  };
}

/** Criteria of the checklist, of required-only and of smoke.covers that neither the catalogue nor the file knows. */
export function criterionFaults(tree: Traced, vocabulary: Vocabulary): readonly Fault[] {
  const known = [...vocabulary.criteria.keys(), ...vocabulary.catalogue.keys()];
  const own = select(tree, 'checklist.*').flatMap(({ value }) => idOf(value) ?? []);
  const all = new Set([...known, ...own]);
  const called = ['types.*.required-only', 'environments.*.required-only', 'tiers.apply.*.required-only'].flatMap(
    (pattern) => select(tree, pattern).flatMap(({ value }) => textsOf(value)),
  );
  const faults = called
    .filter(({ text }) => !all.has(text))
    .map(({ text, at }) => ({ ...at, ...unknownName('criterion', text, [...all], 'checklist') }));
  const covered = select(tree, 'smoke.covers.*').filter(({ value }) => !vocabulary.catalogue.has(idOf(value) ?? ''));
  return [
    ...faults,
    ...covered.map(({ value }) => ({
      ...value.at,
      ...unknownName('requirement', idOf(value) ?? '', [...vocabulary.catalogue.keys()], ''),
    })),
  ];
}

/** `${NAME}` in the repository's own file that `env:` does not list. Presets name none. */
export function variableFaults(own: Traced, listed: readonly string[]): readonly Fault[] {
  if (own.kind === 'list') return own.items.flatMap((item) => variableFaults(item, listed));
  if (own.kind === 'map') return [...own.entries.values()].flatMap((entry) => variableFaults(entry.value, listed));
  if (typeof own.value !== 'string') return [];
  return [...own.value.matchAll(/\$\{([^}]*)\}/g)].flatMap((match) => {
    const name = match[1] ?? '';
    if (listed.includes(name)) return [];
    const close = nearest(name, listed);
    const fix = close === undefined ? `Add it: env: [${[...listed, name].join(', ')}]` : `Did you mean \${${close}}?`;
    return [{ ...own.at, what: `the environment variable \${${name}} is not listed under env:`, fix }];
  });
}

/** The metrics that need no further word: queries with what a histogram gives, and the built-in ones. */
export function measuredMetrics(tree: Traced, vocabulary: Vocabulary): ReadonlySet<string> {
  const trees = ['metrics.queries.*', 'environments.*.metrics.queries.*', 'environments.*.legs.*.metrics.queries.*'];
  const queries = trees
    .flatMap((pattern) => select(tree, pattern))
    .flatMap(({ path, value }) => {
      const name = String(path.at(-1));
      return child(value, 'histogram') === undefined ? [name] : histogramMetrics(name);
    });
  return new Set([...queries, ...vocabulary.metrics]);
}

/** The metrics that one histogram gives. */
export function histogramMetrics(name: string): readonly string[] {
  return [...quantiles.map((quantile) => `${name}-p${quantile}`), `${name}-slow`];
}

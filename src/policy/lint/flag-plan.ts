/** Rule: a plan by flag that nothing can raise, and an audience that nobody can pick: canary-step would stop before the first user. */
import { nearest } from '../../kit/spelling.ts';
import type { Fault } from '../fault.ts';
import { flagRouters, sharers } from '../share-provider.ts';
import { keysOf, type Place, select, type Traced, textsOf } from '../traced.ts';
import { isWritten, type LintScope } from './scope.ts';

/** Providers that know audiences by segments, where a name may also stand under `flags.audiences`. */
const segmented = ['unleash', 'launchdarkly'];

/** The plans by flag that lack a flag or its provider, and stages with an audience that has no meaning. */
export function flagPlans({ tree }: LintScope): readonly Fault[] {
  return keysOf(tree, 'plans').flatMap((plan) => {
    const [by] = select(tree, `plans.${plan}.by`).flatMap(({ value }) => textsOf(value));
    const isFlag = by?.text === 'flag';
    const chosen = isFlag ? [by.at, ...chosenAt(tree, plan)].find(isWritten) : undefined;
    const lacks = chosen === undefined ? [] : lacking(tree).map((fault) => ({ ...chosen, ...fault(plan) }));
    return [...lacks, ...audiencesOf(tree, plan).flatMap((one) => audienceFaults(tree, { ...one, plan, isFlag }))];
  });
}

/** Where the file chooses the plan: a preset's plan that nobody chooses is nobody's fault. */
function chosenAt(tree: Traced, plan: string): readonly Place[] {
  return ['types.*.plan', 'tiers.apply.*.plan', 'environments.*.plan']
    .flatMap((pattern) => select(tree, pattern))
    .flatMap(({ value }) => textsOf(value))
    .flatMap(({ text, at }) => (text === plan ? [at] : []));
}

type Words = Pick<Fault, 'what' | 'fix'>;

function lacking(tree: Traced): readonly ((plan: string) => Words)[] {
  const router = inPlaces(tree, 'traffic.router').some((one) => flagRouters.includes(one));
  if (router && inPlaces(tree, 'traffic.flag').length > 0) return [];
  const providers = inPlaces(tree, 'flags.provider');
  const faults: ((plan: string) => Words)[] = [];
  if (inPlaces(tree, 'rollback.flag').length === 0) {
    const fix = 'Add rollback: {flag: new-checkout}, or a rollback.flag to the environments that have the plan';
    faults.push((plan) => ({ what: `the plan ${plan} raises a flag, and nothing names it`, fix }));
  }
  if (!providers.some((one) => sharers.includes(one))) {
    const has = providers[0] === undefined ? 'no provider is named' : `the provider ${providers[0]} gives no shares`;
    const fix = `Name one under flags.provider: ${sharers.join(', ')}`;
    faults.push((plan) => ({ what: `the plan ${plan} raises a flag, and ${has}`, fix }));
  }
  return faults;
}

function inPlaces(tree: Traced, pattern: string): readonly string[] {
  return [pattern, `environments.*.${pattern}`, `environments.*.legs.*.${pattern}`]
    .flatMap((one) => select(tree, one))
    .flatMap(({ value }) => textsOf(value).map(({ text }) => text));
}

function audiencesOf(tree: Traced, plan: string) {
  return select(tree, `plans.${plan}.stages.*.audience`)
    .flatMap(({ value }) => textsOf(value))
    .filter(({ at }) => isWritten(at));
}

function audienceFaults(
  tree: Traced,
  {
    text,
    at,
    plan,
    isFlag,
  }: { readonly text: string; readonly at: Place; readonly plan: string; readonly isFlag: boolean },
): readonly Fault[] {
  const routers = inPlaces(tree, 'traffic.router');
  const providers = isFlag ? inPlaces(tree, 'flags.provider') : [];
  if (!isFlag && !routers.some((one) => flagRouters.includes(one))) {
    const means = routers[0] === undefined ? 'a router' : `the router ${routers[0]}`;
    const what = `the plan ${plan} has the audience “${text}”, and ${means} knows shares of users, no names`;
    return [{ ...at, what, fix: 'Write by: flag in the plan, or leave audience out of its stages' }];
  }
  if (![...providers, ...routers].some((one) => segmented.includes(one))) return [];
  const named = ['flags.audiences', 'traffic.audiences'].flatMap((block) => audienceNames(tree, block));
  const close = named.includes(text) ? undefined : nearest(text, named);
  if (close === undefined) return [];
  const what = `flags.audiences does not know the audience “${text}”: a segment of that name is looked for`;
  return [{ ...at, what, fix: `Did you mean “${close}”?` }];
}

function audienceNames(tree: Traced, block: string): readonly string[] {
  return [block, `environments.*.${block}`]
    .flatMap((pattern) => select(tree, pattern))
    .flatMap(({ value }) => (value.kind === 'map' ? [...value.entries.keys()] : []));
}

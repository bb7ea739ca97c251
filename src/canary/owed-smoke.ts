// Smoke tests that a plan wants before it goes on: by `smoke.before`, and by the tags of a stage.
import type { Stage } from '../policy/parts.ts';
import type { Happened, Smoked } from '../record/entry.ts';
import { allTags, settled, tagWords, unproven } from '../record/tags.ts';
import type { Hold } from './hold.ts';
import type { Scene } from './scene.ts';

/** The hold of the first smoke test that is owed before these stages: `smoke.before` names a stage, `smoke: [tags]` stands at the one before. `kept`:
 * the hold leaves the users where they are; else they are brought back, and that stage is walked anew. */
export function smokeHold(scene: Scene, stages: readonly Stage[], kept = false): Hold | undefined {
  const byStage = () => stages.map((stage) => stageSmokeHold(scene, stage, kept)).find((one) => one !== undefined);
  return beforeHold(scene, stages) ?? byStage();
}

/** A stage with `smoke: [tags]` wants their pass once it has its weight: until passes together stand for all of them the stage behind it does not
 * begin. */
function stageSmokeHold(scene: Scene, next: Stage, kept: boolean): Hold | undefined {
  const { plan, suiteMissing } = scene;
  const before = plan.stages[plan.stages.findIndex(({ id }) => id === next.id) - 1];
  if (before?.smoke === undefined || suiteMissing) return undefined;
  const told = toldTo(scene);
  const shift = told.findLastIndex(
    ({ entry }) => entry.kind === 'stage' && entry.stage === before.id && entry.verdict === 'shifting',
  );
  // Without users any pass on the new side is of this stage.
  const results = smokedIn(before.weight === 0 ? told : told.slice(shift + 1));
  const missing = unproven(before.smoke, results);
  if (missing.length === 0) return undefined;
  const because = `the stage ${before.id} wants ${wantedWords(before.smoke)} passed at its weight before ${next.id}, and the record has no pass of ${missingWords(missing, results)}`;
  // What passed before the stage is walked anew is not of its new weight.
  const owed = kept || before.weight === 0 ? missing : before.smoke;
  const whole = owed.includes(allTags);
  const tags = whole ? 'without `tags`' : `with \`tags: ${owed.join(', ')}\``;
  const side = plan.by === 'flag' ? '' : `${whole ? ', with' : ' and'} \`connect-to\` the new side`;
  const walk = kept ? 'Run' : `Walk \`stage: ${before.id}\` in a step of its own, run`;
  const remedy = `${walk} smoke-test ${tags}${side}, then go on.`;
  return { reason: 'smoke-missing', because, remedy };
}

/** `pay (failed), old-path, only of core`: what is missing, and what passed instead. */
function missingWords(missing: readonly string[], results: readonly Smoked[]): string {
  const names = missing.map((tag) => `${nameOf(tag)}${settled(tag, results) === undefined ? '' : ' (failed)'}`);
  const passed = results.flatMap(({ verdict, tags = [] }) => (verdict === 'pass' ? tags : []));
  const others = [...new Set(passed)].filter((tag) => !missing.includes(tag));
  return `${names.join(', ')}${others.length === 0 ? '' : `, only of ${others.join(', ')}`}`;
}

function wantedWords(tags: readonly string[]): string {
  return tags.includes(allTags) ? 'the whole smoke suite' : `the smoke tests ${tags.join(', ')}`;
}

function nameOf(tag: string): string {
  return tag === allTags ? 'the whole suite' : tag;
}

/** Whatever part of the suite passed: the workflow chose it. */
function beforeHold(scene: Scene, stages: readonly Stage[]): Hold | undefined {
  const { plan, suiteMissing } = scene;
  const { before } = plan.smoke;
  if (before === undefined || !stages.some(({ id }) => id === before)) return undefined;
  const newest = smokedIn(toldTo(scene)).at(-1);
  if (newest?.verdict === 'pass') return undefined;
  // Nobody wrote a suite: there is no smoke test that could have passed.
  if (newest === undefined && suiteMissing) return undefined;
  const part = newest?.tags === undefined ? '' : ` (${tagWords(newest.tags)})`;
  const because =
    newest === undefined
      ? `the plan ${plan.name} wants a passed smoke test before ${before}, and the record has none`
      : `the smoke test before ${before}${part} ended ${newest.verdict}: ${newest.passed} of ${newest.total}`;
  return {
    reason: 'smoke-missing',
    because,
    remedy: 'Run smoke-test with `connect-to` the new side before this step.',
  };
}

/** What was said for this leg, or for all. */
function toldTo({ attempt, policy }: Scene): readonly Happened[] {
  return (attempt?.happened ?? []).filter(({ leg }) => leg === undefined || leg === policy.leg);
}

function smokedIn(told: readonly Happened[]): readonly Smoked[] {
  return told.flatMap(({ entry }) => (entry.kind === 'smoke' ? [entry] : []));
}

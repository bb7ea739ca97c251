// The telling of an ending: its title, the sentence a person would say, and the way back.
import { formatDuration } from '../kit/duration.ts';
import type { Phrase, PhrasePart } from '../kit/phrase.ts';
import type { Sides } from '../record/running.ts';
import type { Comparison } from './comparison.ts';
import { breachPhrase, stableWords, worsePhrase } from './figures.ts';
import type { Verdict } from './judge.ts';
import { backWords, flagOf, meansTitle } from './means.ts';
import type { Scene } from './scene.ts';

/** What of an ending is told in words. */
export interface Told {
  readonly verdict: 'promote' | 'hold' | 'rollback' | 'nothing-due' | 'healthy' | 'retired';
  readonly reason: string;
  readonly because: string;
  readonly remedy: string;
  readonly sides: Sides | undefined;
  readonly stage: string;
  readonly weight: number;
  /** What the judge said last; undefined when nothing was baked. */
  readonly judged: Verdict | undefined;
  /** How the versions compared last; undefined when no stage was compared. */
  readonly comparison: Comparison | undefined;
  /** The stage goes on without this job: a caretaker lives and carries it. */
  readonly kept: boolean;
  readonly now: number;
}

/** State and one clause. */
export function titleOf(scene: Scene, ending: Told): string {
  const { version, stableVersion } = scene;
  const { verdict, reason, stage, weight, sides } = ending;
  if (verdict === 'rollback') return turnedTitle(scene, ending) ?? `${version} turned back at ${stage}: ${reason}`;
  const byMeans = meansTitle(scene, ending);
  if (byMeans !== undefined) return byMeans;
  if (reason === 'completed')
    return `${version} has all users${sides === undefined ? '' : ` on ${weight === 0 ? sides.stable : sides.canary}`}`;
  if (verdict === 'promote') return `${version} has ${weight} % of the users`;
  if (verdict === 'healthy') return `${version} is well: ${reason}`;
  if (verdict === 'retired') return `${version} stays, the version before it is retired`;
  if (ending.kept) return `${version} stays at ${weight} %: ${reason}`;
  return `${version} did not pass: ${reason}${stableVersion === '' ? '' : `; users are on ${stableVersion}`}`;
}

/** Where everybody is again and how soon after the verdict; undefined when nobody was brought back. */
function turnedTitle(scene: Scene, { sides, judged, now }: Told): string | undefined {
  const { policy, stableVersion, plan } = scene;
  if (policy.enforce === 'report' || sides === undefined || sides.stable === '') return undefined;
  const took = judged?.kind === 'rollback' ? ` in ${formatDuration(now - judged.at)}` : '';
  if (plan.by === 'flag') return `${backWords(scene, sides.stable)}${took}`;
  return `rolled back to ${stableVersion === '' ? `what runs on ${sides.stable}` : stableVersion}${took}`;
}

/** What a person would say of it. */
export function sentenceOf(scene: Scene, ending: Told): Phrase {
  const { verdict, because, remedy, sides, judged, stage, comparison } = ending;
  const first = sides?.stable === '' ? ' There was nothing to compare with.' : '';
  const unlike = (scene.uncompared ?? '') === '' ? '' : ` ${scene.uncompared}.`;
  if (verdict === 'promote') {
    const compared = comparison?.metrics.map(({ metric, because: bound }) => `${metric} ${bound}`).join(', ');
    if (compared === undefined)
      return `Every stage kept its limits; stable and canary were not compared by a test.${first}${unlike}`;
    const than = comparison?.earlierMs === undefined ? 'stable at the same minutes' : stableWords(comparison.earlierMs);
    return `Every stage kept its limits and was no worse than ${than}: ${compared}.${unlike}`;
  }
  if (ending.reason === 'asking') return questionOf(scene, ending);
  const weight = scene.plan.stages.find(({ id }) => id === stage)?.weight ?? 0;
  const decided = verdict === 'rollback' ? judged : undefined;
  const breach = decided === undefined ? undefined : (worsePhrase(decided, weight) ?? breachPhrase(decided, weight));
  if (breach !== undefined) return [...breach, ` ${remedy}`];
  return `${upper(because)}. ${remedy}`.trim().replace(/\.\.$/, '.') || scene.version;
}

/** A question with the exact commands that answer it, and what happens when nobody does. */
function questionOf({ policy }: Scene, { because, judged }: Told): Phrase {
  const { workflow = 'caretaker.yml' } = policy.caretaker ?? {};
  const commands = (['promote', 'rollback', 'hold'] as const).flatMap((answer, place): readonly PhrasePart[] => [
    place === 0 ? '' : ' · ',
    { code: `gh workflow run ${workflow} -f answer=${answer}` },
  ]);
  const asked = judged?.readings.find(({ limit, state }) => limit.id === judged.rule && state === 'breached')?.limit;
  const otherwise = asked?.action === 'ask' ? asked.otherwise : 'the users go back to stable';
  return [`${upper(because)}. Without an answer: ${otherwise}. `, ...commands];
}

/** Words that a sentence may begin with; all else may be the name of a side, a leg or a metric, and keeps its spelling. */
const opening = /^(?:the|a|an|no|none|nothing|nobody|somebody|people|this|there|it|of|in)\b/;

function upper(because: string): string {
  return opening.test(because) ? `${because.slice(0, 1).toUpperCase()}${because.slice(1)}` : because;
}

/** The way back from here. */
export function wayBackOf(scene: Scene, { sides, verdict, weight }: Told): string {
  const { stableVersion, plan } = scene;
  if (sides === undefined || sides.stable === '') return 'none: nothing ran here before';
  if (plan.by === 'flag')
    return verdict === 'promote' ? `${flagOf(scene)} as it was before, at once` : backWords(scene, sides.stable);
  if (plan.by === 'rollout')
    return verdict === 'promote'
      ? `${stableVersion || 'the version before'}, by redeploy`
      : backWords(scene, sides.stable);
  const version = stableVersion === '' ? 'the version before' : stableVersion;
  if (verdict === 'promote' && weight === 0) return `${version}, by redeploy: ${sides.stable} runs the new one`;
  return verdict === 'promote'
    ? `${version} on ${sides.stable}, by weight, warm`
    : `${version} on ${sides.stable} has the users`;
}

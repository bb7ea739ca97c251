// The way back: the least harmful means that can bring the target, chosen from what router and sides answer.
import type { Known, Unknown } from '../evidence/answer.ts';
import type { SideFact } from '../evidence/fact.ts';
import type { Target } from './target.ts';

export type Way =
  /** Everybody is on the target already. */
  | { readonly kind: 'there'; readonly side: string }
  | { readonly kind: 'traffic'; readonly side: string }
  /** New code is turned off by its flag; no side changes. `off`: it is off already. `back`: some had it before the plan that raised it, and keep it. */
  | {
      readonly kind: 'flag';
      readonly side: '';
      readonly flag: string;
      readonly off: boolean;
      readonly back?: Readonly<Record<string, number>>;
    }
  /** `side` gets the target before it gets users; `drain`: it has some now, who leave it first. */
  | { readonly kind: 'redeploy'; readonly side: string; readonly drain: boolean }
  | { readonly kind: 'none'; readonly reason: string; readonly because: string; readonly fix: string };

/** `on 5 %, beta 100 %` */
export function backWords(back: Readonly<Record<string, number>>): string {
  const had = Object.entries(back)
    .slice(1)
    .filter(([, share]) => share > 0);
  return had.map(([name, share]) => `${name} ${share} %`).join(', ');
}

/** `flag new-checkout off`, `flag new-checkout back to on 5 %` */
export function flagWords(flag: string, back: Readonly<Record<string, number>> | undefined): string {
  return `flag ${flag} ${back === undefined ? 'off' : `back to ${backWords(back)}`}`;
}

/** The way as the record tells it. */
export interface Moved {
  readonly kind: string;
  readonly side: string;
  readonly flag?: string;
  readonly back?: Readonly<Record<string, number>>;
}

export interface Field {
  readonly how: 'auto' | 'flag' | 'traffic' | 'redeploy' | 'database';
  readonly target: Target;
  readonly sides: readonly SideFact[];
  readonly weights: Known<Readonly<Record<string, number>>> | Unknown;
  /** The side that has kept its users while a canary was under way; empty when there is none. */
  readonly keeps: string;
  /** The policy says how to redeploy by command. */
  readonly canRedeploy: boolean;
}

/** Half a percent is rounding of a router, not a user. */
const rounding = 0.5;

/** True when this side runs the target: by sha where both name one, else by version; a target that is only a side, by its name. */
export function runsTarget(side: SideFact, target: Target): boolean {
  if (!side.answers) return false;
  if (target.side !== '') return side.side === target.side;
  if (side.sha !== '' && target.sha !== '') return side.sha === target.sha;
  return target.version !== '' && side.version === target.version;
}

/** Chooses. `auto`: traffic while a side runs the target, else redeploy. A side that answers is a side that lives. */
export function chooseWay(field: Field): Way {
  const warm =
    field.sides.find((side) => runsTarget(side, field.target)) ?? field.sides.find((side) => unaskable(side, field));
  if (warm !== undefined && shareOf(field, warm.side) >= 100 - rounding) return { kind: 'there', side: warm.side };
  if (warm !== undefined && field.how !== 'redeploy') return { kind: 'traffic', side: warm.side };
  const answers = field.sides.map(answered).join('; ');
  if (field.how === 'traffic') {
    return {
      kind: 'none',
      reason: 'no-target',
      because: `no side runs ${nameOf(field.target)}: ${answers}`,
      fix: 'Redeploy it: how=redeploy',
    };
  }
  if (field.target.side !== '') {
    return {
      kind: 'none',
      reason: 'no-target',
      because: `the side ${field.target.side}, which had the users before, does not answer: ${answers}`,
      fix: 'Start it again, or name a version with to=<sha>',
    };
  }
  if (!field.canRedeploy) {
    const blind = field.sides.every(({ url }) => url === '');
    return {
      kind: 'none',
      reason: 'no-way',
      because: `no side is known to run ${nameOf(field.target)} (${answers}), and the policy does not say how to redeploy`,
      fix: blind
        ? 'Add traffic.at to the policy, so that the sides can be asked what they run'
        : 'Add rollback.redeploy.command to the policy, or deploy that version yourself',
    };
  }
  if (field.weights.kind === 'unknown') {
    return { kind: 'none', reason: 'router-unreachable', because: field.weights.because, fix: field.weights.remedy };
  }
  return redeployOn(warm ?? idleOf(field), field);
}

/** A side that the policy gives no address: where it has kept the users all along, it is the way back all the same. */
function unaskable(side: SideFact, { keeps }: Field): boolean {
  return side.url === '' && side.side === keeps;
}

/** The side that is overwritten: one without users, else one that serves nobody because it is down, else the one with fewer. */
function idleOf(field: Field): SideFact | undefined {
  const rank = ({ side, answers }: SideFact) => (shareOf(field, side) === 0 ? -2 : answers ? 0 : -1);
  return [...field.sides].sort((a, b) => rank(a) - rank(b) || shareOf(field, a.side) - shareOf(field, b.side))[0];
}

function redeployOn(side: SideFact | undefined, field: Field): Way {
  const name = side?.side ?? '';
  const other = field.sides.find((one) => one.side !== name);
  // Users are sent away only to a side that answers; where none does, nobody is served anyway.
  return { kind: 'redeploy', side: name, drain: shareOf(field, name) > 0 && other?.answers === true };
}

/** A target as people name it. */
export function nameOf(target: Target): string {
  if (target.version !== '') return target.version;
  if (target.sha !== '') return target.sha.slice(0, 7);
  return `what runs on ${target.side}`;
}

/** `blue runs v1.7.4 (3f9c2ab)` or why it says nothing. */
export function answered(side: SideFact): string {
  if (!side.answers) return `${side.side} does not answer (${side.because})`;
  return `${side.side} runs ${side.version}${side.sha === '' ? '' : ` (${side.sha.slice(0, 7)})`}`;
}

function shareOf(field: Field, side: string): number {
  return field.weights.kind === 'known' ? (field.weights.value[side] ?? 0) : Number.NaN;
}

// What a rollback tells people: that users are back on the version before, or that they are not and why.
import type { Effective } from '../policy/effective.ts';
import { type Announcing, announcingOf } from '../record/announcing.ts';
import type { Evidence } from '../record/evidence.ts';
import type { Attempt } from '../record/history.ts';
import type { Told } from './account.ts';

export interface Telling {
  readonly policy: Effective | undefined;
  readonly evidence: Evidence | undefined;
  readonly told: Told;
  /** The Deployment that is left: its canary may have told of it already. */
  readonly from: Attempt | undefined;
  readonly severity: string;
  readonly usersExposed: number | undefined;
  readonly who: string;
  readonly silent: boolean;
  /** `plan` only looks and tells nobody. */
  readonly mode: string;
}

/** Drills, plans and what was there already tell nobody. */
export function tellingsOf({ policy, evidence, told, from, silent, mode, ...by }: Telling): readonly Announcing[] {
  if (policy === undefined || evidence === undefined || told.drill || mode !== 'execute') return [];
  const moved = told.verdict === 'restored' || told.verdict === 'unverified';
  if (!moved && told.verdict !== 'refused' && told.verdict !== 'failed') return [];
  const target = told.target?.version ?? '';
  const proof = told.verdict === 'unverified' ? ', not verified' : '';
  const cause = told.cause === '' ? '' : `${told.cause} `;
  const source = { ...evidence, version: told.left === '' ? evidence.version : told.left, leg: '' };
  const occurrence = {
    event: moved ? 'rolled-back' : 'refused',
    // A refusal that was told is told again when somebody presses again.
    ...(moved ? {} : { what: `run ${evidence.run.id}` }),
    ...(from === undefined ? {} : { about: from.id }),
    progress: moved
      ? [`back on ${target}${proof}`, told.cause].filter((part) => part !== '').join('. ')
      : `${told.reason}: ${cause}${told.because}`,
    severity: severities.find((one) => one === by.severity),
    who: by.who,
    usersExposed: by.usersExposed,
  } as const;
  return announcingOf(policy, source, occurrence, { silent });
}

const severities = ['P0', 'P1', 'P2', 'P3'] as const;

// From verdict to check run conclusion (ACTIONS, "Check conclusions").
import type { ActionName, Evidence } from './evidence.ts';

export type Conclusion = 'success' | 'failure' | 'neutral' | 'action_required';

/** Verdicts of each action that are well, those that are not, and those that settle nothing. */
const verdicts: Readonly<Record<ActionName, Readonly<Record<string, Conclusion>>>> = {
  'pre-deploy-gate': {
    open: 'success',
    closed: 'failure',
    waiting: 'action_required',
    finished: 'success',
    locked: 'success',
    unlocked: 'success',
    healthy: 'success',
    ailing: 'failure',
    reported: 'success',
  },
  migrate: {
    clean: 'success',
    rehearsed: 'success',
    'nothing-pending': 'success',
    applied: 'success',
    failed: 'failure',
    reverted: 'failure',
  },
  'canary-step': {
    promote: 'success',
    hold: 'neutral',
    rollback: 'failure',
    'nothing-due': 'success',
    healthy: 'success',
    retired: 'success',
  },
  'smoke-test': { pass: 'success', fail: 'failure', inconclusive: 'neutral', unreachable: 'neutral' },
  rollback: {
    restored: 'success',
    'already-there': 'success',
    planned: 'success',
    refused: 'failure',
    failed: 'failure',
    unverified: 'failure',
  },
};

/** Under `enforce: report` these only say what they would have done; migrate's own faults and what a person asks of rollback stand. */
const softened: readonly ActionName[] = ['pre-deploy-gate', 'canary-step', 'smoke-test'];

/** The conclusion of an action's check run. GitHub lets `neutral` satisfy a required check, hence it stands on deployed commits only: at review
 * (a pull request's head, a merge group) it is a failure, and so is a verdict we do not know. */
export function conclusionOf(evidence: Pick<Evidence, 'action' | 'verdict' | 'moment' | 'reportOnly'>): Conclusion {
  if (evidence.reportOnly && softened.includes(evidence.action)) return 'success';
  const conclusion = verdicts[evidence.action][evidence.verdict] ?? 'neutral';
  return conclusion === 'neutral' && evidence.moment === 'review' ? 'failure' : conclusion;
}

/** Every verdict that an action may end with, as in the tables of ACTIONS. */
export function verdictsOf(action: ActionName): readonly string[] {
  return Object.keys(verdicts[action]);
}

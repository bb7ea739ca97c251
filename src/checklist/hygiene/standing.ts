// How things stand between deployments: the head of the default branch as a change of nothing, for lines that are asked of no deployment.

import type { Run } from '../../evidence/run.ts';
import type { Effective } from '../../policy/effective.ts';
import type { History } from '../../record/history.ts';
import { predecessorOf } from '../../record/running.ts';
import type { Case } from '../checklist.ts';

/** The case of hygiene: at the deploy moment, with nothing changed, at this commit. */
export function standingCase(at: {
  readonly policy: Effective;
  readonly history: History;
  readonly run: Run;
  readonly sha: string;
  readonly now: number;
}): Case {
  const { policy, history, run, sha, now } = at;
  const type = policy.types.find(({ name }) => name === 'standard') ?? { name: 'standard' };
  const nothing = {
    files: [],
    complete: true,
    fileCount: 0,
    url: '',
    pulls: [],
    brought: new Map(),
    strays: [],
    unread: [],
  };
  return {
    ...{ policy, run, now, plannedStart: now, moment: 'deploy', artifact: [] },
    change: {
      ...{ kind: 'range', relation: 'identical', base: sha, sha, tree: '', ...nothing, history },
      predecessor: predecessorOf(history),
      schema: { files: [], compatibility: 'none', verdict: '', url: '', unseen: [] },
      facts: { files: [], labels: [], migration: 'none', type: type.name },
      ...{ areas: [], type, tier: 'medium', because: [], plan: '', planless: undefined, approvals: [] },
      requiredOnly: undefined,
    },
  };
}

// What a migration tells people: that it failed and holds the deployment, or that a contract migration is in and where a rollback ends from now on.
import { type Announcing, announcingOf } from '../record/announcing.ts';
import type { Evidence } from '../record/evidence.ts';
import type { Account } from './account.ts';
import type { Scene } from './scene.ts';

/** Nothing is told of a look, nor of files that old code does not notice. */
export function tellingsOf(scene: Scene, account: Account, evidence: Evidence, silent: boolean): readonly Announcing[] {
  if (account.walked === undefined) return [];
  const { verdict } = account.judgement;
  const about = { who: scene.run.triggeringActor, what: 'migration', perLeg: true };
  if (verdict === 'failed' || verdict === 'reverted') {
    return announcingOf(
      scene.policy,
      evidence,
      { ...about, event: 'held', progress: `migration ${verdict}` },
      { silent },
    );
  }
  const contract = account.due.filter(({ compatible }) => compatible.compatibility === 'contract');
  if (verdict !== 'applied' || contract.length === 0) return [];
  const names = contract.map(({ file }) => file.id).join(', ');
  const wayBack = `from now on rollback ends at the first version that runs without what ${names} took away`;
  const told = { ...evidence, title: `contract migration ${names} is in`, wayBack };
  return announcingOf(scene.policy, told, { ...about, event: 'promoted', progress: 'migrated' }, { silent });
}

// What a migration tells people: that a contract migration is about to go in and where a rollback ends from then on, that it is in, or that it failed and holds the deployment.
import { type Announcing, announcingOf } from '../record/announcing.ts';
import type { Evidence } from '../record/evidence.ts';
import type { Account } from './account.ts';
import { contractsOf } from './rollback-end.ts';
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
  const names = contractNames(account);
  if (verdict !== 'applied' || names === '') return [];
  const told = { ...evidence, title: `contract migration ${names} is in`, wayBack: wayBackOf(account, names) };
  return announcingOf(scene.policy, told, { ...about, event: 'promoted', progress: 'migrated' }, { silent });
}

/** Said before a contract migration goes in, while somebody can still stop it; nothing of other sets. */
export function warningsBefore(scene: Scene, account: Account, evidence: Evidence): readonly Announcing[] {
  const names = contractNames(account);
  if (names === '') return [];
  const told = { ...evidence, title: `contract migration ${names} is about to go in` };
  const about = { who: scene.run.triggeringActor, what: 'contract migration', perLeg: true, event: 'start' } as const;
  return announcingOf(
    scene.policy,
    { ...told, wayBack: wayBackOf(account, names) },
    { ...about, progress: 'about to migrate' },
    { silent: false },
  );
}

function contractNames({ due }: Account): string {
  return contractsOf(due)
    .map(({ file }) => file.id)
    .join(', ');
}

function wayBackOf({ rollbackEnd = '' }: Account, names: string): string {
  return rollbackEnd || `from now on rollback ends at the first version that runs without what ${names} took away`;
}

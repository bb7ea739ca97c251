// Words for Deployments that would have proven something, had they been signed.
import type { Phrase } from '../kit/phrase.ts';
import { type Attempt, type History, withUnsigned } from '../record/history.ts';
import { isBelieved, sealRemedy, sealWords } from '../record/seal.ts';
import { type Found, unknownFinding } from './finding.ts';
import { counted, listed } from './words.ts';

/** What is said of a Deployment, or of its statuses, that lack the signature a given key demands. `todo`: how such a proof comes about. */
export function unsignedDeployment(attempt: Attempt, todo: string): Found {
  const { id, environment, seal, payload, ignored = 0 } = attempt;
  const where = { text: `deployment ${id} of ${environment}`, href: payload.run.url };
  const told: Phrase = isBelieved(seal)
    ? [where, `, unsigned: ${counted(ignored, 'status carries', 'statuses carry')} no signature of this record-key`]
    : [where, `, ${sealWords(seal)}`];
  return unknownFinding(told, `${todo}; ${sealRemedy}`, 'owner of the workflows');
}

/** The newest Deployment that `proves`, believed or not: undefined when it is believed, or there is none. */
export function newestUnsigned(history: History, proves: (attempt: Attempt) => boolean): Attempt | undefined {
  const newest = withUnsigned(history).find(proves);
  return newest === undefined || (isBelieved(newest.seal) && newest.ignored === undefined) ? undefined : newest;
}

/** `deployments 8001, 8002 are not signed and count for nothing`; empty when all are. */
export function unsignedNote({ unsigned }: History): string {
  if (unsigned.length === 0) return '';
  const ids = listed(
    unsigned.map(({ id }) => String(id)),
    3,
  );
  return unsigned.length === 1
    ? `deployment ${ids} is not signed and proves nothing`
    : `deployments ${ids} are not signed and prove nothing`;
}

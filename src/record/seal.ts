// What a signature is worth: which records count when a key is given, and the words for those that do not.
import type { Seal, StatusFact } from '../evidence/fact.ts';
import type { Payload } from './payload.ts';

/** How a record that is not believed comes by a signature: the same words in every report and error. */
export const sealRemedy =
  'give the input record-key (the same environment secret) to every step that writes records, then run the step again that wrote this one';

/** Believed: signed by one of our keys, or written where no key was given to check it with. */
export function isBelieved(seal: Seal | undefined): boolean {
  return seal === undefined || seal === 'signed';
}

/** `unsigned: it carries no signature`, `unsigned: its signature is none of this repository's record-key`. */
export function sealWords(seal: Seal | undefined): string {
  return seal === 'wrong'
    ? 'unsigned: its signature was not made with this record-key for this text in this place'
    : 'unsigned: it carries no signature';
}

/** The statuses that count on a Deployment of this kind. Of those that nobody signed only bad news of a version or a rollback does: it can
 * close a gate and never open one. The end of a migration or of a lock is good news, and needs its signature. */
export function countedStatuses(statuses: readonly StatusFact[], kind: Payload['kind']): readonly StatusFact[] {
  const moves = kind === 'deploy' || kind === 'rollback';
  const isBad = ({ state }: StatusFact) => moves && (state === 'failure' || state === 'error');
  return statuses.filter((status) => isBelieved(status.seal) || isBad(status));
}

// What a gate's word rests on: where its policy came from, and whether what it read of our own records was signed.
import type { Run } from '../evidence/run.ts';
import type { Phrase } from '../kit/phrase.ts';
import type { TrustedPolicy } from '../policy/trusted.ts';
import type { Evidence } from '../record/evidence.ts';
import type { Moment } from './moment.ts';
import type { SetAside } from './override.ts';

/** The folded section on trust: one line on the policy, one on the records, with what remains without a key. */
export function trustSection(at: {
  readonly trusted: TrustedPolicy;
  readonly run: Run;
  readonly moment: Moment;
}): Evidence['details'] {
  return [{ heading: 'Trust', lines: [policyLine(at.trusted), recordLine(at.run, at.moment)], table: [] }];
}

function policyLine({ found, path, sha, ref, digest, url, trustedRefs }: TrustedPolicy): Phrase {
  if (!found) return 'the policy is the preset starter of this release: the default branch has no policy file';
  if (ref === '')
    return [{ code: path }, ` of the checked-out workspace, digest ${digest}: whoever changes it is judged by it`];
  const file = url === '' ? { code: path } : { text: path, href: url };
  const others = trustedRefs.length === 0 ? '' : `; trusted beside the default branch: ${trustedRefs.join(', ')}`;
  return [file, ` at the head of ${ref} (${sha.slice(0, 7)}), digest ${digest}${others}`];
}

function recordLine({ recordKey }: Run, moment: Moment): Phrase {
  if (recordKey === 'signs') return 'records are signed with record-key, and what is not signed with it proves nothing';
  if (recordKey === 'checks')
    return 'records are checked with record-key; this one is not signed, for a pull request may bring its own workflow';
  const when = moment === 'review' ? 'a pull request’s run has no record-key: at the deployment ' : '';
  return [
    `${when}reviews, CI and tree are asked of GitHub each time; without `,
    { code: 'record-key' },
    ' whoever may write checks or deployments here can forge staging proof, smoke and drill results, the rollback target and what migrations mean',
  ];
}

/** Facts of an override for the record: who reviews it later reads them there. */
export function foundOf(setAside: SetAside | undefined): Evidence['found'] {
  if (setAside === undefined) return {};
  return {
    'override-by': setAside.person,
    'override-reason': setAside.reason,
    'override-owners': [...setAside.owners],
    'break-glass': setAside.breakGlass,
  };
}

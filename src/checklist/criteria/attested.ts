// What only people can vouch for, or this release cannot look at: an attestation file with a date, or a sign-off.
import { z } from 'zod';
import { findAttestation } from '../attestation.ts';
import { type Criterion, withOptions } from '../criterion.ts';
import { type Found, unknownFinding } from '../finding.ts';
import { span } from '../options.ts';

const titles: Readonly<Record<string, string>> = {
  'access-reviews': 'Access reviewed',
  'analytics-configured': 'Analytics connected',
  'backup-cross-region': 'Backups in another region',
  'communication-channels-open': 'Channels open',
  'dashboards-ready': 'Dashboards ready',
  'email-provider-configured': 'Mail provider set up',
  'log-aggregation-configured': 'Logs collected',
  'log-retention-set': 'Log retention set',
  'payment-order-persisted-before-call': 'Orders stored before paying',
  'secrets-not-human-readable': 'Secrets unread by people',
  'secrets-rotation': 'Secrets rotated',
  'security-groups-configured': 'Firewall rules reviewed',
  'storage-least-privilege': 'Storage permissions minimal',
  'third-party-live-mode': 'Third parties in live mode',
};

/** An attestation without an age would be true for ever; a quarter of a year is ours. */
const usualAgeMs = 90 * 24 * 60 * 60 * 1000;

/** Each: the file `attestation` (default `.github/attestations/<id>.yml`) says by whom and when, and is younger than `max-age`. What the
 * process asks beyond that stands in `with:` for the person who attests it. */
export const attested: readonly Criterion[] = Object.entries(titles).map(([id, title]) =>
  withOptions({
    id,
    title,
    moment: 'review',
    with: z
      .object({ attestation: z.string().min(1).default(`.github/attestations/${id}.yml`), 'max-age': span.optional() })
      .catchall(z.json()),
    asks: ({ change }, { attestation }) => [{ kind: 'file', path: attestation, sha: change.sha }],
    finds: (context, given, answers) => {
      const path = given.attestation;
      const file = answers.value({ kind: 'file', path, sha: context.change.sha });
      if (file?.found === false) return unattested(path);
      return findAttestation({ path, maxAgeMs: given['max-age'] ?? usualAgeMs }, context, answers);
    },
  }),
);

/** Nobody has said anything yet: not known to be wrong. */
function unattested(path: string): Found {
  return unknownFinding(
    `nobody attests it: there is no ${path}`,
    [
      'write the lines ',
      { code: 'by:' },
      ' and ',
      { code: 'at:' },
      ' there, let a person sign it (',
      { code: 'sign-off: <role>' },
      ') or lower it (',
      { code: 'level: warn' },
      ')',
    ],
    'owner of the policy',
  );
}

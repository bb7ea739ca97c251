// What only people can vouch for, because no file, API or record says it: an attestation file with a date, else what the line names instead.
import { z } from 'zod';
import { asksWord, findWord, wordOptions } from '../attestation.ts';
import { type Criterion, withOptions } from '../criterion.ts';

const titles: Readonly<Record<string, string>> = {
  'access-reviews': 'Access reviewed',
  'analytics-configured': 'Analytics connected',
  'backup-automated': 'Backups run by themselves',
  'backup-cross-region': 'Backups in another region',
  'communication-channels-open': 'Channels open',
  'dashboards-ready': 'Dashboards ready',
  'db-restore-from-backup': 'Restore from backup rehearsed',
  'email-provider-configured': 'Mail provider set up',
  'kill-switches': 'Kill switches at hand',
  'log-aggregation-configured': 'Logs collected',
  'log-retention-set': 'Log retention set',
  // Only owners of an organisation are told by GitHub whether it requires a second factor, and no workflow's token is one of theirs.
  'mfa-required': 'Second factor required',
  'object-lifecycle-set': 'Old object versions expire',
  'object-storage-versioned': 'Object storage keeps versions',
  'payment-api-versioned': 'Payment API versioned',
  'payment-ledger-append-only': 'Ledger only grows',
  'payment-no-double-charge': 'Nobody pays twice',
  'payment-order-persisted-before-call': 'Orders stored before paying',
  'secrets-not-human-readable': 'Secrets unread by people',
  'secrets-rotation': 'Secrets rotated',
  'security-groups-configured': 'Firewall rules reviewed',
  'slow-query-log-on': 'Slow query log on',
  'staging-configuration-checked': 'Configuration checked on staging',
  'staging-matches-production': 'Staging like production',
  'storage-least-privilege': 'Storage permissions minimal',
  'third-party-live-mode': 'Third parties in live mode',
};

/** Each: the file `attestation` (default `.github/attestations/<id>.yml` or `.md`) says by whom and when, and is younger than `max-age`.
 * What the process asks beyond that stands in `with:` for the person who attests it. A line that names evidence of its own never comes here. */
export const attested: readonly Criterion[] = Object.entries(titles).map(([id, title]) =>
  withOptions({
    id,
    title,
    moment: 'review',
    with: z.object(wordOptions).catchall(z.json()),
    asks: (context, given, answers) => asksWord(given, context, answers),
    finds: (context, given, answers) => findWord(given, context, answers),
  }),
);

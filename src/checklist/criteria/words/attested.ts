// Words of the criteria in attested.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { wordOptions } from '../../options.ts';

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

const options = once(() => z.object(wordOptions()).catchall(z.json()));

export const attested = Object.entries(titles).map(
  ([id, title]) => ({ id, title, moment: 'review', with: options }) as const,
);

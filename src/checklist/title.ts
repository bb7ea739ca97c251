// Titles of the catalogue's lines that no criterion of ours names: people sign them, or they are asked by rhythm.

const titles: Readonly<Record<string, string>> = {
  'boring-deployments': 'Deployments that nobody noticed',
  'capacity-planned': 'Capacity for the growth to come',
  'customer-notification-drafted': 'Words for the customers are ready',
  'db-maintenance': 'Database maintained',
  'documents-reviewed': 'Documents read again',
  'flag-max-age': 'No flag is too old',
  'flag-not-left-disabled': 'No flag was forgotten off',
  'flag-removed-after-full': 'Flags at 100 % are removed',
  'go-no-go-meeting': 'Go decided by everybody who must',
  'incident-commander-assigned': 'Incident commander named',
  'metrics-review-cadence': 'Delivery figures looked at',
  'on-call-assigned': 'On-call knows',
  'on-call-staffed': 'Everybody needed is on call',
  'progressive-roadmap': 'Next step of the roadmap',
  'promised-failure-reduction': 'Failures went down as promised',
  'secret-backup-keys-offline': 'Backup keys of secrets are offline',
  'sign-off-incident-commander': 'Signed by the incident commander',
  'sign-off-process-owners': 'Signed by the owners of the process',
  'sign-off-product': 'Signed by product',
  'sign-off-release-manager': 'Signed by the release manager',
  'sign-off-security': 'Signed by security',
  'sign-off-sre': 'Signed by SRE',
  'sign-off-tech-lead': 'Signed by the tech lead',
  'support-briefed': 'Support knows',
  'team-briefed': 'Team knows',
  'team-safety': 'The team feels safe to deploy',
  'user-satisfaction': 'Users are content',
};

const acronyms = ['ai', 'api', 'cdn', 'ci', 'db', 'dns', 'kpi', 'mfa', 'sre', 'tls', 'waf'];

/** The title of a line without one: `no-orphans` is read as `No orphans`, `dns-points-to-us` as `DNS points to us`. */
export function titleOf(id: string): string {
  const known = titles[id];
  if (known !== undefined) return known;
  const words = id.split('-').map((word) => (acronyms.includes(word) ? word.toUpperCase() : word));
  const sentence = words.join(' ');
  return `${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}`;
}

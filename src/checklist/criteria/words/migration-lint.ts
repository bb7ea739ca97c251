// Words of the criteria in migration-lint.ts: what the policy may say of them.
export const migrationLint = {
  id: 'migration-lint-backward-compatible',
  title: 'Migrations leave old code working',
  moment: 'review',
} as const;

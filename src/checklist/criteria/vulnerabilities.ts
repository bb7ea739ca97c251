// Scans of what is shipped beside our own code: dependencies, the container image, secrets left in files.
import type { Criterion } from '../criterion.ts';
import { type ScanKind, scanCriterion } from '../scanned.ts';

const kinds: readonly ScanKind[] = [
  { id: 'dependency-vulnerabilities-clean', title: 'Dependencies scanned', max: 'medium', reports: ['npm-audit.json'] },
  { id: 'container-image-scanned', title: 'Image scanned', max: 'medium', reports: ['trivy.json'], ofArtifact: true },
  { id: 'secrets-from-vault', title: 'No secrets in code or configuration', max: 'none', reports: ['gitleaks.sarif'] },
];

/** Each: by reports, or by open alerts (`from: dependabot`, `from: secret-scanning`). */
export const vulnerabilities: readonly Criterion[] = kinds.map(scanCriterion);

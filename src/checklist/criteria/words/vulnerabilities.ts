// Words of the criteria in vulnerabilities.ts: what the policy may say of them.
import { scanWords } from '../../scan-words.ts';

export const vulnerabilities = [
  scanWords('dependency-vulnerabilities-clean', 'Dependencies scanned', {
    max: 'medium',
    reports: ['npm-audit.json'],
  }),
  scanWords('container-image-scanned', 'Image scanned', { max: 'medium', reports: ['trivy.json'], ofArtifact: true }),
  scanWords('secrets-from-vault', 'No secrets in code or configuration', {
    max: 'none',
    reports: ['gitleaks.sarif'],
  }),
];

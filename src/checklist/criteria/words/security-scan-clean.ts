// Words of the criteria in security-scan-clean.ts: what the policy may say of them.
import { scanWords } from '../../scan-words.ts';

export const securityScanClean = scanWords('security-scan-clean', 'Security scan', { max: 'medium', reports: [] });

// Every criterion that this release finds evidence for by itself, in the order of the catalogue.
import type { Criterion } from '../criterion.ts';
import { changelogUpdated } from './changelog-updated.ts';
import { ciAllGreen } from './ci-all-green.ts';
import { codeReviewApproved } from './code-review-approved.ts';
import { coverageMinimum } from './coverage-minimum.ts';
import { deployWindow } from './deploy-window.ts';
import { migrationLint } from './migration-lint.ts';
import { rollbackPlanDocumented, rollbackProcedureTested } from './rollback-plan.ts';
import { securityScanClean } from './security-scan-clean.ts';
import { stagingFirst } from './staging-first.ts';

/** A criterion of the catalogue that is missing here is `unknown` unless a person signs it. Adding one is its file and a line here. */
export const criteria: readonly Criterion[] = [
  ciAllGreen,
  coverageMinimum,
  codeReviewApproved,
  securityScanClean,
  changelogUpdated,
  rollbackPlanDocumented,
  rollbackProcedureTested,
  stagingFirst,
  migrationLint,
  deployWindow,
];

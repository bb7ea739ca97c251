// The words of every criterion that this release finds evidence for by itself: what reading a policy takes, without those who judge.
import type { CriterionWords } from '../../../policy/vocabulary-shape.ts';
import { aftermath } from './aftermath.ts';
import { announcements } from './announced.ts';
import { artifactIntegrity } from './artifact-integrity.ts';
import { attested } from './attested.ts';
import { assetsFingerprinted, noConsoleErrors, sourceMapsExcluded } from './build.ts';
import { noDevDependencies } from './build-packages.ts';
import { noFreeze, notBeforeHolidays } from './calendar.ts';
import { noTrivialFlag, reviewScore, stagingHealth } from './change-lines.ts';
import { documentation, isolateRiskyChanges, migrationsSeparate } from './changed-files.ts';
import { changelogUpdated } from './changelog-updated.ts';
import { ciAllGreen } from './ci-all-green.ts';
import { codeReviewApproved } from './code-review-approved.ts';
import { notCondemned } from './condemned.ts';
import { coverageMinimum } from './coverage-minimum.ts';
import { bundleSizeLimit, dependenciesPinned, licenseCheck } from './dependencies.ts';
import { deployWindow } from './deploy-window.ts';
import { secretsPerEnvironment, secretsPresent, variablesSet } from './environment-settings.ts';
import { flagLines } from './flag-lines.ts';
import { auditLogging, everyoneCanDeploy, stepsAutomated } from './history-lines.ts';
import { imagePullable, imageTaggedWithCommit, registryAccessible } from './images.ts';
import { hotfixMendsFault, noOpenIncident, recentIncidents } from './incidents.ts';
import { gracefulShutdown, healthProbesDefined, networkPolicies, resourceLimitsSet } from './kubernetes.ts';
import { autoscalingConfigured, strategyRolling } from './kubernetes-rollout.ts';
import { memoryLeakLoadTested } from './memory-under-load.ts';
import { metricLines } from './metric-lines.ts';
import { migrationLines, migrationNaming, oldCodeWorks } from './migration-lines.ts';
import { migrationLint } from './migration-lint.ts';
import { monitoringLines } from './monitoring-lines.ts';
import { networkLines } from './network-lines.ts';
import { operationLines } from './operation-lines.ts';
import { loadTestResults, performanceNoRegression } from './performance.ts';
import { planDecidable } from './plan-decidable.ts';
import { announcementTemplate, planSections, rollbackWalkthrough, runbookReviewed } from './plan-sections.ts';
import {
  artifactsGenerated,
  noOpenObjection,
  releaseTagged,
  stagingSmokePassed,
  taggedAndApproved,
} from './release.ts';
import { configVersioned, endpointsOfProduction, infrastructureAsCode } from './repository-files.ts';
import { rollbackPlanDocumented, rollbackProcedureTested } from './rollback-plan.ts';
import {
  behindFlag,
  gradualPlanScheduled,
  gradualRollout,
  productionStageTime,
  rollbackTriggers,
  stagingStageTime,
  strategyChosen,
} from './rollout.ts';
import { securityScanClean } from './security-scan-clean.ts';
import { cachePolicy, circuitBreakers, connectionPooling } from './settings.ts';
import { stagingFirst } from './staging-first.ts';
import { lintClean, typeCheckClean } from './static-checks.ts';
import { testsPass } from './tests-pass.ts';
import { vulnerabilities } from './vulnerabilities.ts';
import { leastPrivilege, phasedOrder, pipelineTime } from './workflow-lines.ts';

/** In the order of the catalogue, as those who judge by them are in ../index.ts. */
export const criterionWords: readonly CriterionWords[] = [
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
  ...testsPass,
  lintClean,
  typeCheckClean,
  ...vulnerabilities,
  licenseCheck,
  dependenciesPinned,
  performanceNoRegression,
  loadTestResults,
  bundleSizeLimit,
  ...documentation,
  migrationsSeparate,
  isolateRiskyChanges,
  ...planSections,
  announcementTemplate,
  rollbackWalkthrough,
  runbookReviewed,
  strategyChosen,
  gradualRollout,
  gradualPlanScheduled,
  productionStageTime,
  rollbackTriggers,
  releaseTagged,
  taggedAndApproved,
  artifactsGenerated,
  artifactIntegrity,
  registryAccessible,
  imagePullable,
  imageTaggedWithCommit,
  noOpenObjection,
  stagingSmokePassed,
  ...migrationLines,
  ...oldCodeWorks,
  migrationNaming,
  notCondemned,
  behindFlag,
  stagingStageTime,
  resourceLimitsSet,
  healthProbesDefined,
  gracefulShutdown,
  networkPolicies,
  strategyRolling,
  autoscalingConfigured,
  connectionPooling,
  circuitBreakers,
  cachePolicy,
  noDevDependencies,
  noConsoleErrors,
  assetsFingerprinted,
  sourceMapsExcluded,
  memoryLeakLoadTested,
  secretsPerEnvironment,
  secretsPresent,
  variablesSet,
  configVersioned,
  endpointsOfProduction,
  infrastructureAsCode,
  leastPrivilege,
  phasedOrder,
  pipelineTime,
  auditLogging,
  stepsAutomated,
  everyoneCanDeploy,
  reviewScore,
  noTrivialFlag,
  stagingHealth,
  ...networkLines,
  ...metricLines,
  ...monitoringLines,
  ...flagLines,
  ...operationLines,
  planDecidable,
  ...attested,
  ...aftermath,
  hotfixMendsFault,
  ...announcements,
  recentIncidents,
  noOpenIncident,
  notBeforeHolidays,
  noFreeze,
];

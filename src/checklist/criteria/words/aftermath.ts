// Words of the criteria in aftermath.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { globs } from '../../options.ts';

const text = once(() => z.string().min(1));
const noOptions = once(() => z.strictObject({}));

/** A criterion about the Deployment that owes the line. */
function after<Shape extends z.ZodType>(id: string, title: string, shape: () => Shape) {
  return { id, title, moment: 'deploy', with: once(shape) } as const;
}

export const gitTagAfter = after('git-tag-after', 'Deployment tagged', () =>
  z.strictObject({ pattern: text().default('**') }),
);

export const changelogEntry = after('changelog-deployment-entry', 'Deployment in the changelog', () =>
  z.strictObject({ file: text().default('CHANGELOG.md') }),
);

const labelled = (label: string) => z.strictObject({ label: text().default(label) });

export const issueClosed = after('deployment-issue-closed', 'Deployment issue closed', () => labelled('deployment'));
export const retrospective = after('retrospective', 'Retrospective', () => labelled('retrospective'));
export const lessons = after('lessons-documented', 'Lessons written down', () => labelled('retrospective'));

const paths = (usual: readonly string[]) => z.strictObject({ paths: globs().default([...usual]) });
const flagFiles = ['**/flags.{yml,yaml,json}', '**/feature-flags/**', '**/feature-flags.{yml,yaml,json}'];
const runbooks = ['**/runbook*', '**/runbooks/**', '**/RUNBOOK*'];

export const flagsUpdated = after('flags-updated-after', 'Flags brought up to date', () => paths(flagFiles));
export const runbookUpdated = after('runbook-updated-after', 'Runbook brought up to date', () => paths(runbooks));

export const metricsTracked = after('deployment-metrics-tracked', 'Deployment measured', noOptions);

export const spotChecks = after('smoke-manual-spot-checks', 'Key pages looked at by people', () =>
  z.strictObject({ 'looks-at': z.array(text()).min(1).optional() }),
);
export const quietLogs = after('logs-no-errors', 'No new errors in the logs', () =>
  z.strictObject({ 'none-of': z.array(text()).min(1).optional() }),
);
export const manualRounds = after('monitor-manual-rounds', 'Watched by people, round by round', () =>
  z.strictObject({ times: z.int().min(1).max(24).optional() }),
);
export const complaints = after('user-complaints-watched', 'Complaints of users read', noOptions);
export const securityLogs = after('security-logs-reviewed', 'Security logs read', noOptions);
export const figures = after('kpi-reviewed', 'Business figures read', noOptions);

/** In the order of the catalogue. */
export const aftermath = [
  spotChecks,
  quietLogs,
  manualRounds,
  complaints,
  securityLogs,
  figures,
  issueClosed,
  gitTagAfter,
  changelogEntry,
  flagsUpdated,
  retrospective,
  runbookUpdated,
  lessons,
  metricsTracked,
] as const;

// The faults a rollback can name before or while it acts.
import { Problem } from '../kit/problem.ts';

/** `mode: drill` belongs to a later release. */
export function drillComesLater(): Problem {
  return new Problem({
    what: 'Drills are not part of this release',
    where: 'input mode',
    fix: 'Use mode: plan to see what a rollback would do.',
    reason: 'bad-input',
  });
}

/** The policy's redeploy command ended with an exit code: traffic was not moved. */
export function redeployFailed(stderr: string, environment: string): Problem {
  return new Problem({
    what: `The redeploy command failed: ${stderr.trim().slice(-400)}`,
    where: `rollback.redeploy of ${environment}`,
    fix: 'Traffic was not moved. Mend the command and press again.',
    reason: 'redeploy-failed',
  });
}

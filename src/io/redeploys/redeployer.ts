// What puts a version on its place again: the adapter that the policy names.
import { Problem } from '../../kit/problem.ts';
import { helmRedeploy, kubectlRedeploy } from '../../providers/redeploys.ts';
import type { Command, Redeployer, RedeployOptions } from '../../world.ts';
import { helmRedeployer } from './helm.ts';
import { kubectlRedeployer } from './kubectl.ts';

/** Throws a Problem when the options are wrong; a policy that was read has right ones. */
export function createRedeployer({ by, options, side, environment }: RedeployOptions, command: Command): Redeployer {
  const read = by === 'kubectl' ? kubectlRedeploy().safeParse(options) : helmRedeploy().safeParse(options);
  if (!read.success) {
    throw new Problem({
      what: `rollback.redeploy.${by} of ${environment} lacks what it needs`,
      where: read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
      fix: 'Complete it in the policy.',
      reason: 'bad-policy',
    });
  }
  return by === 'kubectl' ? kubectlRedeployer(read.data, side, command) : helmRedeployer(read.data, side, command);
}

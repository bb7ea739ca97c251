// Windows on the ways back beside traffic: what brings a version to its place again, and the flag that turns new code off.
import { createFlag } from '../../io/flags/feature-flag.ts';
import { createRedeployer } from '../../io/redeploys/redeployer.ts';
import type { SharedWorld, World } from '../../world.ts';

export function wayBackWindows({ command, http, env }: SharedWorld): Pick<World, 'redeployer' | 'flag'> {
  return {
    redeployer: (options) => createRedeployer(options, command),
    flag: (options) => createFlag(options, { http, command, env }),
  };
}

// Going back: stable gets everybody, but never past a contract migration that went in meanwhile; then people are called.
import { hasContracted, schemaGuard } from './schema.ts';
import type { StartWorld } from './start.ts';
import { findStragglers } from './straggler.ts';
import { type Turn, whereUsersAre } from './turn.ts';
import type { Walk } from './walk.ts';

export interface PagingWorld {
  readonly incident: (incident: {
    readonly key: string;
    readonly title: string;
    readonly body: string;
    readonly below: string;
    readonly labels: readonly string[];
  }) => Promise<{ readonly url: string; readonly warnings: readonly string[] }>;
}

/** Turns the walk back. With a contract migration in between the users stay, and the turn that comes back is a hold that says so. */
export async function goBack(
  world: PagingWorld & Pick<StartWorld, 'clock' | 'cancelled'>,
  walk: Walk,
  turn: Turn,
): Promise<Turn> {
  if (!hasContracted(walk.told) || (walk.scene.aside ?? []).includes(schemaGuard)) {
    const turned = await walk.turnBack(turn);
    const { routing, plan } = walk.scene;
    const told = routing.by === undefined ? await findStragglers(world, walk.shares.router, walk.sides) : '';
    if (told !== '') walk.voice.warnings.push(told);
    if (turn.remedy === undefined || turn.remedy === '') return turned;
    return { ...turned, remedy: `${whereUsersAre(walk.sides.stable !== '', plan.by)} ${turn.remedy}` };
  }
  const { policy, version, attempt } = walk.scene;
  const because = `${turn.because} (${turn.reason}), and a contract migration went in meanwhile: the version before cannot live with this schema`;
  const { url, warnings } = await world.incident({
    key: `canary-${attempt?.id}-${schemaGuard}`,
    title: `${policy.environment}: ${version} is no good and cannot be turned back`,
    body: `${because}.`,
    below: '',
    labels: ['page'],
  });
  walk.voice.warnings.push(`Page P0: ${because} (${url})`, ...warnings);
  await walk.release(schemaGuard);
  const remedy = `Decide: mend it forwards, or go back all the same with \`override: ${schemaGuard}\` and a reason.`;
  return { verdict: 'hold', reason: schemaGuard, because, remedy };
}

// The window below HTTP: handshakes, records of names, ports.
import { createLook } from '../../io/network/look.ts';
import type { World } from '../../world.ts';

export function lookWindow(): Pick<World, 'network'> {
  return { network: createLook() };
}

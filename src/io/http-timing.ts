// The phases of one connection and what is asked over it: who was asked, and how long name, connection, TLS and first byte took.
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { TLSSocket } from 'node:tls';
import type { HttpPhases, Traced } from '../evidence/look.ts';

/** Instants of one exchange, of the process clock; those of the connection are missing when a kept one was used. */
export interface Timing {
  readonly began: number;
  peer?: string;
  resolved?: number;
  connected?: number;
  secured?: number;
  answered?: number;
}

/** Notes who is asked, when the name was resolved, the connection made, and its TLS agreed on. */
export function timed(socket: Socket, timing: Timing, connected: () => void): void {
  const reached = () => {
    if (socket.remoteAddress !== undefined) timing.peer = socket.remoteAddress;
    connected();
  };
  if (!socket.connecting) {
    reached();
    return;
  }
  const looked = (error: Error | null, address: string) => {
    if (error !== null) return;
    timing.resolved = performance.now();
    timing.peer = address;
  };
  const secured = () => {
    timing.secured = performance.now();
  };
  socket.once('lookup', looked);
  socket.once('secureConnect', secured);
  socket.once('connect', () => {
    timing.connected = performance.now();
    // A connection is kept for long; what waits for what never comes would keep the whole answer with it.
    socket.off('lookup', looked);
    if (!(socket instanceof TLSSocket)) socket.off('secureConnect', secured);
    reached();
  });
}

/** Who was asked, and how long each phase took that came to its end. */
export function traceOf(timing: Timing): Traced {
  const { peer } = timing;
  return { ...(peer === undefined ? {} : { peer }), phases: phasesOf(timing) };
}

function phasesOf({ began, resolved, connected, secured, answered }: Timing): HttpPhases {
  const ready = secured ?? connected ?? began;
  const ms = (from: number | undefined, to: number | undefined) =>
    from === undefined || to === undefined ? undefined : Math.round((to - from) * 10) / 10;
  const parts = {
    dnsMs: ms(began, resolved),
    connectMs: ms(resolved ?? began, connected),
    tlsMs: ms(connected, secured),
    firstByteMs: ms(ready, answered),
  };
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
}

// In which order checks run: as soon as what they need is done, as many at once as the suite allows, and not too many on one host.
import { type Needing, turnsOf } from './needs.ts';

export interface Job extends Needing {
  readonly host: string;
}

export interface Limits {
  readonly total: number;
  readonly perHost: number;
}

interface Host<J> {
  busy: number;
  /** What may begin once the host has room again, from `next` on; empty while it has room. */
  readonly waiting: J[];
  next: number;
}

/** Runs every job once, after those it needs, in the order in which they may begin. Resolves when all are done; `run` must not reject. */
export function schedule<J extends Job>(
  jobs: readonly J[],
  limits: Limits,
  run: (job: J) => Promise<void>,
): Promise<void> {
  const turns = turnsOf(jobs);
  const ready = [...turns.first];
  const hosts = new Map<string, Host<J>>();
  const hostOf = ({ host: name }: J) => {
    const host = hosts.get(name) ?? { busy: 0, waiting: [], next: 0 };
    hosts.set(name, host);
    return host;
  };
  let [looked, running] = [0, 0];
  return new Promise((resolve) => {
    const begin = () => {
      for (; running < limits.total && looked < ready.length; looked += 1) {
        const job = ready[looked];
        if (job === undefined) break;
        const host = hostOf(job);
        if (host.busy < limits.perHost) start(job, host);
        else host.waiting.push(job);
      }
      if (running === 0) resolve();
    };
    const start = (job: J, host: Host<J>) => {
      running += 1;
      host.busy += 1;
      void run(job).then(() => end(job, host));
    };
    const end = (job: J, host: Host<J>) => {
      running -= 1;
      host.busy -= 1;
      ready.push(...turns.freedBy(job));
      // What waits for this host could begin before all that nobody has looked at yet.
      const next = host.waiting[host.next];
      if (next !== undefined) {
        host.next += 1;
        start(next, host);
      }
      begin();
    };
    begin();
  });
}

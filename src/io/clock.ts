// The real clock: milliseconds since the epoch, those of a clock that nobody sets, and waiting that a cancel cuts short.
import type { Clock } from '../world.ts';

export const clock: Clock = {
  now: () => Date.now(),
  steady: () => Math.round(performance.now()),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true || ms <= 0) {
        resolve();
        return;
      }
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done, { once: true });
    }),
};

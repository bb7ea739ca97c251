// Keeps the process of an action small. Imported first by the action that promises it: what loads takes memory too.
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { onWeight } from '../io/http-weight.ts';

// The room for new objects doubles up to 2 x 16 MB while the bundle loads, and is never given back; clearing 2 x 1 MB more often takes no
// more time in all (200 checks: 0.33 s of CPU either way, 12 MB less). A Node that no longer knows a flag goes on without it.
setFlagsFromString('--semi-space-growth-factor=1');
setFlagsFromString('--expose-gc');

// Making quick code of what runs a few hundred times takes longer than it saves, and 13 MB (200 checks: 0.40 s of CPU instead of 0.47 s). What
// runs for longer, or reads more, is worth it.
const quick = ['opt', 'maglev'];
const longRunMs = 1_500;
for (const one of quick) setFlagsFromString(`--no-${one}`);
// Keeps no process alive.
setTimeout(hurry, longRunMs).unref();

function hurry(): void {
  for (const one of quick.splice(0)) setFlagsFromString(`--${one}`);
}

// V8 clears its large space once more than 100 MB are in use: too late for a runner that shares its memory (60 bodies of 1 MB took 120 MB
// more). So it is asked to whenever so much more is held as a few bodies take, looked at with every MiB that comes and after each body that is
// large: by what comes and not by time, so that a busy machine changes nothing. 200 small checks never come to that, 10,000 would hold 100 MB;
// a look takes 0.6 us.
const fewBytes = 4 * 1024 * 1024;
const ownBytes = 28 * 1024 * 1024;

let cleared = ownBytes;
let collect: (() => void) | undefined;

onWeight(() => {
  if (heldBytes() < cleared + fewBytes) return;
  hurry();
  collect ??= collector();
  collect();
  cleared = Math.max(ownBytes, heldBytes());
});

/** Bytes of objects and of buffers, cleared or not. */
function heldBytes(): number {
  const { used_heap_size: objects, external_memory: buffers } = getHeapStatistics();
  return objects + buffers;
}

/** The function that clears the heap; one that does nothing where this Node offers none. */
function collector(): () => void {
  const gc: unknown = runInNewContext('globalThis.gc');
  return typeof gc === 'function' ? () => void gc() : () => {};
}

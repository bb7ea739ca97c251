// Keeps the process of an action small. Imported first by the action that promises it: what loads takes memory too.
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// The room for new objects doubles up to 2 x 16 MB while the bundle loads, and is never given back; clearing 2 x 1 MB more often takes no
// more time in all (200 checks: 0.46 s of CPU either way, 30 MB less). A Node that no longer knows a flag goes on without it.
setFlagsFromString('--semi-space-growth-factor=1');
setFlagsFromString('--expose-gc');

// V8 clears its large space once more than 100 MB are in use: too late for a runner that shares its memory (60 bodies of 1 MB took 60 MB
// more). So it is asked to whenever so much more is held as a few bodies take. 200 small checks hold 31 MB and never come to that. A look
// takes 0.6 us; one that came later would come too late for bodies that arrive together.
const lookEveryMs = 5;
const fewBytes = 8 * 1024 * 1024;
const ownBytes = 36 * 1024 * 1024;

let cleared = ownBytes;
let collect: (() => void) | undefined;

// Keeps no process alive: with the end of the action the looks end too.
setInterval(() => {
  if (heldBytes() < cleared + fewBytes) return;
  collect ??= collector();
  collect();
  cleared = Math.max(ownBytes, heldBytes());
}, lookEveryMs).unref();

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

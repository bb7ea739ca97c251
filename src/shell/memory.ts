// Keeps the process of an action small. Imported first by the action that promises it: what loads takes memory too.
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { config } from 'zod';

// The room for new objects doubles up to 2 x 16 MB while the bundle loads, and is never given back; clearing 2 x 1 MB more often takes no
// more time in all (200 checks: 0.46 s of CPU either way, 30 MB less). A Node that no longer knows a flag goes on without it.
setFlagsFromString('--semi-space-growth-factor=1');
setFlagsFromString('--expose-gc');

// Compiling a parser for each shape pays when thousands are parsed by it; a run parses one policy and one suite.
config({ jitless: true });

// V8 clears its large space once more than 100 MB are in use: too late for a runner that shares its memory (60 bodies of 1 MB took 60 MB
// more). So it is asked to whenever so much more is held as a few bodies take, or a quarter of what there is, so that clearing never takes
// most of the time. 200 small checks hold 31 MB and never come to that.
const fewBytes = 8 * 1024 * 1024;
const ownBytes = 36 * 1024 * 1024;

// A look takes 0.6 us. While nothing grows the next one comes later, up to 40 ms: a suite that waits for its service is left alone.
const soonestMs = 5;
const latestMs = 40;
const growth = 512 * 1024;

let cleared = ownBytes;
let seen = 0;
let waitMs = soonestMs;
let collect: (() => void) | undefined;

look();

function look(): void {
  const now = heldBytes();
  if (now >= cleared + Math.max(fewBytes, cleared / 4)) {
    collect ??= collector();
    collect();
    cleared = Math.max(ownBytes, heldBytes());
  }
  waitMs = now > seen + growth ? soonestMs : Math.min(latestMs, 2 * waitMs);
  seen = now;
  // Keeps no process alive: with the end of the action the looks end too.
  setTimeout(look, waitMs).unref();
}

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

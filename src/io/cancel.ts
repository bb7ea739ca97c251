// What a cancel ends: one listener serves all requests of a run, however many they are.

const endings = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls `end` once when the signal is aborted; gives what takes it back. */
export function onCancel(signal: AbortSignal, end: () => void): () => void {
  const all = endings.get(signal) ?? begun(signal);
  all.add(end);
  return () => void all.delete(end);
}

function begun(signal: AbortSignal): Set<() => void> {
  const all = new Set<() => void>();
  endings.set(signal, all);
  signal.addEventListener(
    'abort',
    () => {
      for (const end of [...all]) end();
    },
    { once: true },
  );
  return all;
}

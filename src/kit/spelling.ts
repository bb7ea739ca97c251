/** The nearest right spelling of a wrong word, for messages. */

/** The word of `words` that `wrong` most likely meant; undefined when none is close (more than a third of its letters differ). */
export function nearest(wrong: string, words: Iterable<string>): string | undefined {
  const most = Math.max(1, Math.floor(wrong.length / 3));
  let best: string | undefined;
  let fewest = most + 1;
  for (const word of words) {
    // So much longer or shorter needs as many edits: nothing is compared that cannot win, however long a hostile word is.
    if (Math.abs(wrong.length - word.length) >= fewest) continue;
    const edits = distance(wrong.toLowerCase(), word.toLowerCase());
    if (edits < fewest) {
      best = word;
      fewest = edits;
    }
  }
  return best;
}

/** Levenshtein's distance, a swap of two neighbours counted as one edit. */
function distance(a: string, b: string): number {
  let before: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row: number[] = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let edits = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        edits = Math.min(edits, (before[j - 2] ?? 0) + 1);
      row.push(edits);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

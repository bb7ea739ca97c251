/** The nearest right spelling of a wrong word, for messages. */

/** The word of `words` that `wrong` most likely meant; undefined when none is close (more than a third of its letters differ). */
export function nearest(wrong: string, words: Iterable<string>): string | undefined {
  const most = Math.max(1, Math.floor(wrong.length / 3));
  const meant = wrong.toLowerCase();
  let best: string | undefined;
  let fewest = most + 1;
  for (const word of words) {
    // Both tell at once that a word cannot win: thousands of wrong words, or long ones, are somebody's way to keep us busy.
    if (Math.abs(meant.length - word.length) >= fewest) continue;
    const right = word.toLowerCase();
    if (lettersApart(meant, right) >= fewest) continue;
    const edits = distance(meant, right);
    if (edits < fewest) {
      best = word;
      fewest = edits;
    }
  }
  return best;
}

const counts = new Int32Array(128);

/** The letters that one word has more than the other: no fewer edits make one of the other. */
function lettersApart(a: string, b: string): number {
  counts.fill(0);
  for (let index = 0; index < a.length; index += 1) count(a.charCodeAt(index), 1);
  for (let index = 0; index < b.length; index += 1) count(b.charCodeAt(index), -1);
  let [more, less] = [0, 0];
  for (const left of counts) {
    if (left > 0) more += left;
    else less -= left;
  }
  return Math.max(more, less);
}

function count(code: number, by: number): void {
  const at = code % 128;
  counts[at] = (counts[at] ?? 0) + by;
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

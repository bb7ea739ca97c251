// What changed between two sets of files, as GitHub lists it: status, counts and a patch with three lines around.
import { blobSha } from './objects.ts';

export interface FileChange {
  readonly filename: string;
  readonly previous: string | null;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed';
  readonly sha: string;
  readonly additions: number;
  readonly deletions: number;
  readonly patch: string;
}

type Line = readonly [' ' | '+' | '-', string];
const around = 3;
// Above this many pairs of lines the changed part is shown as removed and added whole.
const largestTable = 4_000_000;

/** Changed files in order of their names; a file that moved unchanged is one `renamed` entry. */
export function diffFiles(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): FileChange[] {
  const removed = [...before.keys()].filter((path) => !after.has(path));
  const changes: FileChange[] = [];
  for (const [path, text] of after) {
    const old = before.get(path);
    if (old === text) continue;
    if (old !== undefined) {
      changes.push(changed(path, 'modified', old, text));
      continue;
    }
    const source = removed.findIndex((gone) => before.get(gone) === text && text !== '');
    if (source === -1) changes.push(changed(path, 'added', '', text));
    else changes.push({ ...changed(path, 'renamed', text, text), previous: removed.splice(source, 1)[0] ?? null });
  }
  for (const path of removed) changes.push(changed(path, 'removed', before.get(path) ?? '', ''));
  return changes.sort((left, right) => (left.filename < right.filename ? -1 : 1));
}

function changed(filename: string, status: FileChange['status'], before: string, after: string): FileChange {
  const lines = diffLines(splitLines(before), splitLines(after));
  return {
    filename,
    previous: null,
    status,
    sha: blobSha(status === 'removed' ? before : after),
    additions: lines.filter(([sign]) => sign === '+').length,
    deletions: lines.filter(([sign]) => sign === '-').length,
    patch: hunks(lines),
  };
}

function splitLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function diffLines(before: readonly string[], after: readonly string[]): Line[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  const longest = Math.min(before.length, after.length) - head;
  while (tail < longest && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const kept = (line: string): Line => [' ', line];
  return [
    ...before.slice(0, head).map(kept),
    ...diffMiddle(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...before.slice(before.length - tail).map(kept),
  ];
}

/** By the longest common subsequence of lines. */
function diffMiddle(before: readonly string[], after: readonly string[]): Line[] {
  if (before.length * after.length > largestTable) {
    return [...before.map((line): Line => ['-', line]), ...after.map((line): Line => ['+', line])];
  }
  const width = after.length + 1;
  const longest = new Uint32Array((before.length + 1) * width);
  const at = (row: number, column: number): number => longest[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      const isSame = before[row] === after[column];
      longest[row * width + column] = isSame
        ? at(row + 1, column + 1) + 1
        : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: Line[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    const [old, next] = [before[row], after[column]];
    if (old !== undefined && old === next) {
      lines.push([' ', old]);
      [row, column] = [row + 1, column + 1];
    } else if (old !== undefined && (next === undefined || at(row + 1, column) >= at(row, column + 1))) {
      lines.push(['-', old]);
      row += 1;
    } else {
      lines.push(['+', next ?? '']);
      column += 1;
    }
  }
  return lines;
}

function hunks(lines: readonly Line[]): string {
  const shown = lines.map((_, index) =>
    lines.slice(Math.max(0, index - around), index + around + 1).some(([sign]) => sign !== ' '),
  );
  const out: string[] = [];
  let [oldLine, newLine] = [1, 1];
  for (let index = 0; index < lines.length; index += 1) {
    if (shown[index] && !shown[index - 1]) {
      const end = shown.indexOf(false, index);
      out.push(hunkHeader(lines.slice(index, end === -1 ? undefined : end), oldLine, newLine));
    }
    const [sign, text] = lines[index] ?? [' ', ''];
    if (shown[index]) out.push(`${sign}${text}`);
    if (sign !== '+') oldLine += 1;
    if (sign !== '-') newLine += 1;
  }
  return out.join('\n');
}

function hunkHeader(hunk: readonly Line[], oldLine: number, newLine: number): string {
  const oldCount = hunk.filter(([sign]) => sign !== '+').length;
  const newCount = hunk.filter(([sign]) => sign !== '-').length;
  const span = (line: number, count: number) =>
    count === 0 ? `${line - 1},0` : count === 1 ? `${line}` : `${line},${count}`;
  return `@@ -${span(oldLine, oldCount)} +${span(newLine, newCount)} @@`;
}

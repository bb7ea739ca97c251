// The two ways inside one file: what stands under its up mark and what under its down mark, with the options of each.

export interface Section {
  readonly text: string;
  /** Line of the file on which the text begins, from 1. */
  readonly line: number;
  /** False when the mark says `transaction:false`. */
  readonly transactional: boolean;
}

export interface Sections {
  readonly up: Section;
  readonly down: Section | undefined;
  /** The file has dbmate's marks (`-- migrate:up`), not only the short ones. */
  readonly marked: boolean;
  /** Lines of marks that come a second time, or of a down mark that stands before its up. */
  readonly misplaced: readonly number[];
}

const mark = /^--\s*(migrate:)?(up|down)\b[ \t]*(.*?)\s*$/;
const option = /^--\s*transaction:false\s*$/;

/** Divides a file at `-- migrate:up` and `-- migrate:down` (dbmate's marks) or `-- up` and `-- down`; without an up mark the file begins with its up. */
export function sectionsOf(text: string): Sections {
  const lines = text.split('\n');
  const marks = lines.flatMap((line, index) => {
    const found = mark.exec(line.replace(/\r$/, ''));
    // `-- down with the old table` is a remark, no mark: after the word only options may follow.
    if (found === null || !/^(?:[a-z_]+:\S+\s*)*$/.test(found[3] ?? '')) return [];
    return [{ way: found[2] ?? '', long: found[1] !== undefined, options: found[3] ?? '', index }];
  });
  const up = marks.find(({ way }) => way === 'up');
  const down = marks.find(({ way, index }) => way === 'down' && index > (up?.index ?? -1));
  const bare = lines.some((line) => option.test(line));
  const section = (from: number, to: number, options: string): Section => ({
    text: lines.slice(from, to).join('\n'),
    line: from + 1,
    transactional: !bare && !/(^|\s)transaction:false(\s|$)/.test(options),
  });
  return {
    up: section(up === undefined ? 0 : up.index + 1, down?.index ?? lines.length, up?.options ?? ''),
    down: down === undefined ? undefined : section(down.index + 1, lines.length, down.options),
    marked: marks.some(({ long }) => long),
    misplaced: marks.filter((one) => one !== up && one !== down).map(({ index }) => index + 1),
  };
}

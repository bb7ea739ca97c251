// Tells the demo line by line: sections, what happens when, and whether it is as it should be.

export type Teller = {
  section(title: string): void;
  line(what: string, text: string): void;
  /** Text under the line before, without a name of its own. */
  more(text: string): void;
  good(text: string): void;
  bad(text: string): void;
  table(rows: readonly (readonly string[])[]): void;
  plain(text: string): void;
};

type Out = { write(text: string): unknown; readonly isTTY?: boolean };

const nameWidth = 18;

/** Tells to a stream; colours only where a person reads it and NO_COLOR is not set. */
export function createTeller(out: Out, env: NodeJS.ProcessEnv, clock: () => number): Teller {
  const colours = out.isTTY === true && (env.NO_COLOR ?? '') === '';
  const paint = (code: number, text: string) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
  const began = clock();
  const write = (text: string) => out.write(`${text}\n`);
  const stamp = () => paint(2, `${((clock() - began) / 1000).toFixed(1).padStart(6)}s `);
  const pad = ' '.repeat(8);
  let sections = 0;
  return {
    section(title) {
      sections += 1;
      write(`\n${paint(1, `${sections}. ${title}`)}`);
    },
    line: (what, text) => write(`${stamp()} ${what.padEnd(nameWidth)} ${text}`),
    more: (text) => write(`${pad} ${' '.repeat(nameWidth)} ${paint(2, text)}`),
    good: (text) => write(`${stamp()} ${paint(32, '✓')} ${text}`),
    bad: (text) => write(`${stamp()} ${paint(31, '✗')} ${text}`),
    table(rows) {
      const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
      rows.forEach((row, index) => {
        const text = row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('   ')
          .trimEnd();
        write(`   ${index === 0 ? paint(1, text) : text}`);
      });
    },
    plain: write,
  };
}

/** `12 of 240 (5.0 %)` */
export function shareOf(part: number, whole: number): string {
  return `${part} of ${whole}${whole === 0 ? '' : ` (${((100 * part) / whole).toFixed(1)} %)`}`;
}

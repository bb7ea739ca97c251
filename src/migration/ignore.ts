// Remarks that set a rule aside at one place: `-- boring-deploys: ignore create-index-not-concurrently because the table has 40 rows`.
import { type Fault, fault } from './fault.ts';
import type { MigrationFile } from './file.ts';

export interface Ignore {
  readonly path: string;
  /** Line of the remark. */
  readonly line: number;
  readonly rules: readonly string[];
  readonly because: string;
  /** For the whole file, not for the next statement alone. */
  readonly whole: boolean;
}

const remark = /--\s*boring-deploys:\s*ignore(-file)?\s+([a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*)\s*(?:because\s+(.*?))?\s*$/;
const attempt = /--\s*boring-deploys:/;
/** Characters of the shortest reason: as of an override (ACTIONS). */
const shortest = 10;

/** The remarks of a file, and what is wrong with those that do not count. */
export function ignoresIn(
  { path, text }: Pick<MigrationFile, 'path' | 'text'>,
  known: (rule: string) => boolean,
): { readonly ignores: readonly Ignore[]; readonly faults: readonly Fault[] } {
  if (!text.includes('boring-deploys:')) return { ignores: [], faults: [] };
  const ignores: Ignore[] = [];
  const faults: Fault[] = [];
  text.split('\n').forEach((written, index) => {
    if (!attempt.test(written)) return;
    const line = index + 1;
    const found = remark.exec(written);
    const rules = (found?.[2] ?? '').split(',').map((one) => one.trim());
    const because = found?.[3] ?? '';
    const strange = rules.find((rule) => !known(rule));
    if (found === null) faults.push(refused(path, line, 'This remark is none that is known'));
    else if (strange !== undefined) faults.push(refused(path, line, `There is no rule "${strange}"`));
    else if (because.length < shortest) faults.push(refused(path, line, 'A rule is set aside without a reason'));
    else ignores.push({ path, line, rules, because, whole: found[1] !== undefined });
  });
  return { ignores, faults };
}

function refused(path: string, line: number, what: string): Fault {
  const fix = `Write "-- boring-deploys: ignore <rule> because <reason of at least ${shortest} characters>" on the line above the statement.`;
  return fault(path, line, 'ignore', what, fix);
}

/** Takes out what is set aside; a remark that sets nothing aside is a warning. `places`: line on which each statement begins and ends. */
export function withoutIgnored(
  faults: readonly Fault[],
  ignores: readonly Ignore[],
  places: readonly { readonly line: number; readonly endLine: number }[],
): {
  readonly faults: readonly Fault[];
  readonly aside: readonly { readonly fault: Fault; readonly because: string }[];
} {
  const used = new Set<string>();
  const aside: { readonly fault: Fault; readonly because: string }[] = [];
  const left = faults.filter((one) => {
    const by = ignores.find(
      (ignore) => ignore.rules.includes(one.rule) && (ignore.whole || isAbout(ignore, one, places)),
    );
    if (by === undefined) return true;
    used.add(`${by.line} ${one.rule}`);
    aside.push({ fault: one, because: by.because });
    return false;
  });
  const unused = ignores.flatMap((ignore) =>
    ignore.rules
      .filter((rule) => !used.has(`${ignore.line} ${rule}`))
      .map(
        (rule): Fault => ({
          ...fault(
            ignore.path,
            ignore.line,
            'ignore-unused',
            `The rule ${rule} finds nothing here`,
            'Remove the remark.',
          ),
          level: 'warn',
        }),
      ),
  );
  return { faults: [...left, ...unused], aside };
}

/** A remark is about the statement it stands in, or about the next one below it. */
function isAbout(
  ignore: Ignore,
  { line }: Fault,
  places: readonly { readonly line: number; readonly endLine: number }[],
): boolean {
  const own = places.find((place) => place.line <= ignore.line && ignore.line <= place.endLine);
  const next = own ?? places.find((place) => place.line > ignore.line);
  return next !== undefined ? line >= next.line && line <= next.endLine : line === ignore.line;
}

// The linter: replays every migration in order, and lets the rules judge those of this change where they stand.
import type { Act } from './act.ts';
import { type Compatible, compatibleOf, meaningOf, unreadable } from './compatibility.ts';
import type { Fault } from './fault.ts';
import { madeSomewhere } from './fresh.ts';
import { ignoresIn, withoutIgnored } from './ignore.ts';
import type { Fresh, Meaning } from './meaning.ts';
import { compareNumbers, readName } from './name.ts';
import type { ParsedFile, ParsedStatement } from './parsed.ts';
import type { Deed } from './reading/statement.ts';
import { unrepeatable } from './repetition.ts';
import { Replay } from './replay.ts';
import { rules, rulesById } from './rules/index.ts';
import type { Found, Here, Level, Profile, Release, Rule, Server } from './rules/rule.ts';
import { located } from './search-path.ts';
import { standInNotes } from './stand-in.ts';

export interface Linting {
  readonly release: Release;
  readonly server: Server;
  readonly profile: Profile;
  /** Levels that the policy sets. */
  readonly levels: Readonly<Record<string, Level>>;
  /** Id of the last file that is not linted. */
  readonly baseline: string | undefined;
  /** Texts as they lie on disk, by path. */
  readonly raw: ReadonlyMap<string, string>;
}

export interface LintedFile {
  readonly parsed: ParsedFile;
  readonly compatible: Compatible;
  /** Of files that were linted: what is wrong, what a remark set aside, whether it could run a second time. */
  readonly faults: readonly Fault[];
  readonly aside: readonly { readonly fault: Fault; readonly because: string }[];
  readonly repeatable: boolean;
  readonly linted: boolean;
  /** All that its statements do, in order. */
  readonly deeds: readonly Deed[];
}

/** Lints the files of the release that are behind the baseline; of all others only the meaning is told. */
export function lintFiles(linting: Linting): readonly LintedFile[] {
  const schema = new Replay();
  const on = active(linting);
  return linting.release.files.map((parsed) => lintOne(parsed, { schema, linting, on }));
}

/** Whether the file is at or before the baseline; a baseline that names no file and reads as no number holds nothing back. */
export function isBaselined({ file }: ParsedFile, baseline: string | undefined): boolean {
  if (baseline === undefined) return false;
  const number =
    readName(`${baseline}__.sql`)?.number ?? readName(`${baseline}__x.sql`)?.number ?? readName(baseline)?.number;
  return file.id === baseline || (number !== undefined && compareNumbers(file.number, number) <= 0);
}

function lintOne(parsed: ParsedFile, { schema, linting, on }: Omit<Walking, 'linted'>): LintedFile {
  const { file, up } = parsed;
  const statements =
    up.kind === 'parsed' ? located(withCalls(up.statements), schema, parsed.file.up.transactional) : [];
  const linted = linting.release.isOwn(file.path) && !isBaselined(parsed, linting.baseline);
  const walked = walk(parsed, statements, { schema, linting, on, linted });
  const compatible = up.kind === 'parsed' ? compatibleOf(walked.meanings) : unreadable(up.because, up);
  const repeatable = up.kind === 'parsed' && unrepeatable(statements).length === 0;
  const deeds = statements.flatMap((statement) => statement.deeds);
  if (!linted) return { parsed, compatible, faults: [], aside: [], repeatable, linted, deeds };
  const whole = { parsed, statements, compatible, ...linting, raw: linting.raw.get(file.path) ?? file.text };
  const looked = on.flatMap(({ rule, level }) =>
    (rule.looks?.(whole) ?? []).map((found) => faultOf({ rule, level, found, file, statement: undefined })),
  );
  const { ignores, faults } = ignoresIn(file, (id) => rulesById.has(id));
  const left = withoutIgnored([...walked.faults, ...looked], ignores, statements);
  const told = [...left.faults, ...faults, ...standInNotes(parsed)];
  return { parsed, compatible, faults: told, aside: left.aside, repeatable, linted, deeds };
}

interface Walking {
  readonly schema: Replay;
  readonly linting: Linting;
  /** Rules that are on. */
  readonly on: readonly { readonly rule: Rule; readonly level: Fault['level'] }[];
  readonly linted: boolean;
}

interface Walked {
  readonly meanings: readonly { readonly statement: ParsedStatement; readonly meaning: Meaning }[];
  readonly faults: readonly Fault[];
}

function walk(
  parsed: ParsedFile,
  statements: readonly ParsedStatement[],
  { schema, linting, on, linted }: Walking,
): Walked {
  const { path } = parsed.file;
  const acts = statements.flatMap((statement) => statement.deeds.map((deed) => ({ statement, ...deed })));
  const all = acts.map(({ act }) => act);
  const [made, madeSurely, columns, things] = [
    new Set<string>(),
    new Set<string>(),
    new Set<string>(),
    new Set<string>(),
  ];
  const fresh: Fresh = { tables: madeSurely, columns, things, ...madeSomewhere(all, parsed.file.up.transactional) };
  const meanings: { readonly statement: ParsedStatement; readonly meaning: Meaning }[] = [];
  const faults: Fault[] = [];
  let utc = false;
  acts.forEach(({ statement, act, guarded }, place) => {
    meanings.push({ statement, meaning: meaningOf(act, schema, fresh) });
    if (linted) {
      const here: Here = {
        act,
        guarded,
        statement,
        schema,
        utc,
        // Only made for the few rules that look around: a seed file has thousands of statements.
        get before() {
          return all.slice(0, place);
        },
        get after() {
          return all.slice(place + 1);
        },
        get laterTexts() {
          return statements.slice(statements.indexOf(statement) + 1).map(({ text }) => text);
        },
        transactional: parsed.file.up.transactional,
        server: linting.server,
        profile: linting.profile,
        release: linting.release,
        isNew: (table) => made.has(table),
        isNewColumn: (table, column) => columns.has(`${table}.${column}`),
      };
      for (const { rule, level } of rulesAbout(act.kind, on)) {
        const found = rule.finds?.(here);
        if (found !== undefined) faults.push(faultOf({ rule, level, found, file: parsed.file, statement }));
      }
    }
    if (act.kind === 'set' && act.name === 'timezone') utc = /^(utc|etc\/utc|gmt|0)$/i.test(act.value);
    note(act, { schema, made, madeSurely, columns, things });
    schema.apply(act, path);
  });
  return { meanings, faults };
}

interface Notes {
  readonly schema: Replay;
  readonly made: Set<string>;
  readonly madeSurely: Set<string>;
  readonly columns: Set<string>;
  readonly things: Set<string>;
}

/** What a file makes is new to it. With IF NOT EXISTS it may have been there: that counts as new for locks while no migration says otherwise. */
function note(act: Act, { schema, made, madeSurely, columns, things }: Notes): void {
  if (act.kind === 'create' && !act.guarded && !act.replace) things.add(`${act.thing} ${act.name}`);
  if (act.kind === 'create-table') {
    if (!act.guarded) madeSurely.add(act.table);
    if (!act.guarded || !schema.tables.has(act.table)) made.add(act.table);
  }
  if (act.kind === 'create' && act.thing === 'materialized view') made.add(act.name);
  if (act.kind === 'add-column' && !(schema.tables.get(act.table)?.columns.has(act.column.name) ?? false))
    columns.add(`${act.table}.${act.column.name}`);
  if (act.kind !== 'rename' || act.thing !== 'table') return;
  if (made.has(act.from)) made.add(act.to);
  if (madeSurely.has(act.from)) madeSurely.add(act.to);
}

/** A function of the file that the file also calls: what stands in its body happens where it is called. */
function withCalls(statements: readonly ParsedStatement[]): readonly ParsedStatement[] {
  const bodies = new Map<string, readonly Deed[]>();
  return statements.map((statement) => {
    const called = statement.deeds.flatMap(({ act }) =>
      act.kind === 'select' ? act.calls.flatMap((name) => bodies.get(name) ?? []) : [],
    );
    const [first] = statement.deeds;
    if (first?.act.kind === 'create' && first.act.thing === 'function' && statement.inner !== undefined)
      bodies.set(first.act.name.toLowerCase(), statement.inner);
    return called.length === 0 ? statement : { ...statement, deeds: [...statement.deeds, ...called] };
  });
}

const grouped = new WeakMap<Walking['on'], Map<Act['kind'], Walking['on']>>();

/** Those that can say something about acts of this kind. */
function rulesAbout(kind: Act['kind'], on: Walking['on']): Walking['on'] {
  const groups = grouped.get(on) ?? new Map<Act['kind'], Walking['on']>();
  grouped.set(on, groups);
  const found =
    groups.get(kind) ?? on.filter(({ rule }) => rule.finds !== undefined && rule.about?.includes(kind) !== false);
  groups.set(kind, found);
  return found;
}

/** The rules that are on for this database, each with its level. */
function active({ levels, server }: Linting): Walking['on'] {
  return rules.flatMap((rule) => {
    const level = levels[rule.id] ?? rule.level;
    if (level === 'disabled' || !(rule.dialects ?? ['postgres']).includes(server.dialect)) return [];
    return [{ rule, level }];
  });
}

interface Finding {
  readonly rule: Rule;
  readonly level: Fault['level'];
  readonly found: Found;
  readonly file: ParsedFile['file'];
  readonly statement: ParsedStatement | undefined;
}

function faultOf({ rule, level, found, file, statement }: Finding): Fault {
  const at = found.at ?? statement ?? { line: 1, column: 1 };
  const endLine = 'endLine' in at && typeof at.endLine === 'number' ? at.endLine : (statement?.endLine ?? at.line);
  return {
    level,
    rule: rule.id,
    path: file.path,
    line: at.line,
    column: at.column,
    endLine,
    what: `${rule.title}: ${found.what}`,
    fix: found.fix ?? rule.fix,
    ...(found.suggestion === undefined
      ? {}
      : { suggestion: found.suggestion, was: linesOf(file.text, at.line, endLine) }),
    ...(rule.locks === '' ? {} : { locks: rule.locks }),
  };
}

function linesOf(text: string, from: number, to: number): string {
  return text
    .split('\n')
    .slice(from - 1, to)
    .join('\n');
}

// What is wrong with a migration file, with its place and how to mend it.

export interface Fault {
  /** `info` is told and never counts. */
  readonly level: 'error' | 'warn' | 'info';
  readonly rule: string;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly what: string;
  readonly fix: string;
  /** Last line it is about; absent: `line`. */
  readonly endLine?: number;
  /** What stands in these lines when it is mended, where that is mechanical. */
  readonly suggestion?: string;
  /** What stands there now. */
  readonly was?: string;
  /** Locks it takes and what they keep out, in words. */
  readonly locks?: string;
}

type Spot = Pick<Fault, 'path' | 'line' | 'column'>;

/** A fault of level error at a line of a file. */
export function fault(path: string, line: number, rule: string, what: string, fix: string): Fault {
  return faultAt({ path, line, column: 1 }, rule, what, fix);
}

/** A fault of level error at an exact place. */
export function faultAt(place: Spot, rule: string, what: string, fix: string): Fault {
  return { level: 'error', rule, ...place, what, fix };
}

/** `db/V2__x.sql:3:5`, or without the column where the whole line is meant. */
export function spotOf(place: Spot): string {
  return place.column > 1 ? `${place.path}:${place.line}:${place.column}` : `${place.path}:${place.line}`;
}

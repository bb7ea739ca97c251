// Occasions: whether what happened is one that a policy line speaks of, e.g. `users-exposed > 100 or P0 or P1` (POLICY, follow-up).

export interface Happening {
  /** P0 to P3; empty where nobody said. */
  readonly severity: string;
  /** Users who met the version; undefined where nobody counted. */
  readonly usersExposed: number | undefined;
}

/** Whether a condition holds: terms with `and` inside `or`. Undefined: it hangs on what nobody knows, or on words this release does not know. */
export function isOccasion(condition: string, happening: Happening): boolean | undefined {
  const either = condition.split(/\s+or\s+/i).map((part) => all(part.split(/\s+and\s+/i), happening));
  if (either.includes(true)) return true;
  return either.includes(undefined) ? undefined : false;
}

function all(terms: readonly string[], happening: Happening): boolean | undefined {
  const told = terms.map((term) => isTrue(term.trim(), happening));
  if (told.includes(false)) return false;
  return told.includes(undefined) ? undefined : true;
}

function isTrue(term: string, { severity, usersExposed }: Happening): boolean | undefined {
  if (/^always$/i.test(term)) return true;
  if (/^P[0-3]$/i.test(term)) return severity === '' ? false : severity.toUpperCase() === term.toUpperCase();
  const counted = /^users-exposed\s*(<=|>=|<|>)\s*(\d+(?:\.\d+)?)$/.exec(term);
  if (counted === null) return undefined;
  const limit = Number(counted[2]);
  // Nobody there is known without counting.
  if (usersExposed === undefined) return undefined;
  switch (counted[1]) {
    case '<':
      return usersExposed < limit;
    case '<=':
      return usersExposed <= limit;
    case '>':
      return usersExposed > limit;
    default:
      return usersExposed >= limit;
  }
}

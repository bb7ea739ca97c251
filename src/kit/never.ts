// Makes the compiler prove that a switch has looked at every kind of a union.

/** Ends a switch over `kind`: unreachable when every kind was handled. Throws if data from outside slipped past the types. */
export function assertNever(value: never): never {
  throw new Error(
    `A kind nobody handles: ${JSON.stringify(value)}. This is a fault in boring-deploys, please report it.`,
  );
}

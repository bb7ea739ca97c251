// Values that are made when somebody first wants them: most runs use few of the shapes that the policy language knows.

/** Makes the value at the first call, and gives the same one from then on. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

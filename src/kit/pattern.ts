/** A glob walked letter by letter: every place it can have come to is kept, so that no path takes longer than its length times the glob's. */

/** `name`: any letters but `/`; `one`: one of them; `folders`: any folders, each with its `/`; `anything`: any letters; `either`: one of several. */
export type Piece =
  | { readonly kind: 'letter'; readonly letter: string }
  | { readonly kind: 'one' | 'name' | 'folders' | 'anything' }
  | { readonly kind: 'either'; readonly options: readonly Pattern[] };

export type Pattern = readonly Piece[];

/** By place in the path, from before its first letter to behind its last: whether the glob can have come there. */
type Places = readonly boolean[];

/** Whether the pattern can take the path from its begin to its end. */
export function reaches(pattern: Pattern, path: string): boolean {
  const start = Array.from({ length: path.length + 1 }, (_, place) => place === 0);
  return walk(pattern, start, path)[path.length] ?? false;
}

function walk(pattern: Pattern, start: Places, path: string): Places {
  return pattern.reduce<Places>((places, piece) => step(piece, places, path), start);
}

function step(piece: Piece, from: Places, path: string): Places {
  switch (piece.kind) {
    case 'letter':
      return from.map((_, place) => place > 0 && from[place - 1] === true && path[place - 1] === piece.letter);
    case 'one':
      return from.map((_, place) => place > 0 && from[place - 1] === true && path[place - 1] !== '/');
    case 'name':
      return spread(from, (place) => path[place - 1] !== '/');
    case 'anything':
      return spread(from, () => true);
    case 'folders':
      return folders(from, path);
    default:
      return union(
        from,
        piece.options.map((option) => walk(option, from, path)),
      );
  }
}

/** From each place on, for as long as the letter before the next one may be taken. */
function spread(from: Places, may: (place: number) => boolean): Places {
  let on = false;
  return from.map((here, place) => {
    on = here || (on && may(place));
    return on;
  });
}

/** From each place on, behind every `/` that ends a folder with a name. */
function folders(from: Places, path: string): Places {
  // `named`: some way here has begun a folder's name; `begun`: some way stands where one begins.
  let named = false;
  let begun = false;
  return from.map((here, place) => {
    const behind = place > 0 && path[place - 1] === '/' && named;
    if (place > 0 && path[place - 1] === '/') named = false;
    else if (place > 0) named = named || begun;
    begun = here || behind;
    return here || behind;
  });
}

function union(from: Places, all: readonly Places[]): Places {
  return from.map((_, place) => all.some((places) => places[place] === true));
}

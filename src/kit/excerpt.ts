// Excerpts of texts that are too long to be shown whole, with `…` for what is left out; never half of a surrogate pair.

/** The beginning of the text, at most so many characters with the mark. */
export function clipped(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** The text from a place on. */
export function clippedBefore(text: string, place: number): string {
  return place <= 0 ? text : `…${text.slice(place).replace(/^[\uDC00-\uDFFF]/, '')}`;
}

// The text that a part of a URL stands for: user, password, name of a database.

/** Decoded where it can be. A percent sign that begins no letter is itself: passwords are pasted as they are. Never throws. */
export function plainText(part: string): string {
  return decoded(part) ?? part.replace(/(?:%[0-9a-f]{2})+/gi, (letters) => decoded(letters) ?? letters);
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

// Takes secrets out of text that leaves the process: known values, passwords in URLs and connection strings.

// Schemes are short: without an end, a text such as `a.a.a…` would be looked through anew from each of its dots.
const userinfo = /\b([a-z][a-z0-9+.-]{0,30}:\/\/)([^\s/@:"'<>]*):([^\s/@]+)@/gi;
/** A user alone is a name in most schemes, and a token on the web. */
const webUser = /\b((?:git\+)?https?:\/\/)([^\s/?#"'<>,]*)@/gi;
const keyed =
  /\b(password|passwd|pwd|token|secret|api[_-]?key|access[_-]?key)(\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s&;,]+)/gi;

/** Replaces each known secret (longest first; shorter than 4 characters are left, they would eat ordinary words), the password
 * part of any URL, a user of the web without a password, and the value behind words like `password=`, by `***`. */
export function redact(text: string, secrets: readonly string[] = []): string {
  const known = [...secrets].filter((secret) => secret.length >= 4).sort((a, b) => b.length - a.length);
  let out = text;
  for (const secret of known) {
    out = out.split(secret).join('***');
    const encoded = encodeURIComponent(secret);
    if (encoded !== secret) out = out.split(encoded).join('***');
  }
  return out.replace(webUser, withoutToken).replace(userinfo, '$1$2:***@').replace(keyed, '$1$2***');
}

function withoutToken(_whole: string, scheme: string, said: string): string {
  const [, user = '', password = ''] = /^([^:]*):(.*)$/.exec(said) ?? [];
  // Git hosts take a token as the user, with nothing or with this word as the password.
  return password === '' || password === 'x-oauth-basic' ? `${scheme}***@` : `${scheme}${user}:***@`;
}

// What `overrides.allow` covers: one id, or a family.

/** `deploy-window-*` is a family: it covers `deploy-window` and everything that begins with `deploy-window-`. */
export function coversId(allowed: string, id: string): boolean {
  if (!allowed.endsWith('-*')) return allowed === id;
  return id === allowed.slice(0, -2) || id.startsWith(allowed.slice(0, -1));
}

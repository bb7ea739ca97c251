// What is shown of addresses and headers: never who asks, what a query says, or the value of a cookie or key.

const userinfo = /^((?:[a-z][a-z0-9+.-]*:)?\/\/)[^\s/?#]*@/i;

/** An address, whole or relative, without user and password; of its query the names alone, of its fragment that there is one. */
export function shownAddress(address: string): string {
  const [, place = '', query, fragment] = /^([^?#]*)(?:\?([^#]*))?(#.+)?$/s.exec(address) ?? [];
  const names = query === undefined || query === '' ? '' : `?${query.split('&').map(nameOf).join('&')}`;
  return `${place.replace(userinfo, '$1')}${names}${fragment === undefined ? '' : '#…'}`;
}

/** Long words without a value are more likely a key than the name of one. */
const longestName = 16;

function nameOf(parameter: string): string {
  const at = parameter.indexOf('=');
  const name = at === -1 ? parameter : parameter.slice(0, at);
  if (name.length > longestName && at === -1) return '…';
  return at === -1 || at === parameter.length - 1 ? name : `${name}=…`;
}

/** What is asked of these would be a key to the service for whoever reads the report. */
const keyed = /^(?:proxy-)?authorization$|^cookie$|token|secret|api-?key|session|credential|passw/i;

/** The value of a header; of cookies their names and attributes, of keys their length. */
export function shownHeader(name: string, value: string): string {
  if (/^set-cookie$/i.test(name))
    return value
      .split(/,(?=\s*[^\s;,=]+=)/)
      .map(shownCookie)
      .join(',');
  if (/^(content-)?location$|^referer$/i.test(name)) return shownAddress(value);
  return keyed.test(name) ? hidden(value) : value;
}

/** In place of what is not shown. */
export function hidden(value: string): string {
  return `… (${value.length} characters)`;
}

function shownCookie(line: string): string {
  return line.replace(/^(\s*[^=;]+=)[^;]+/, '$1…');
}

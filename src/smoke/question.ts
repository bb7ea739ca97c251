// What a check asks, in one line, as somebody would ask it again by hand: `GET https://shop.example/api/orders/17`.
import { assertNever } from '../kit/never.ts';
import { shownAddress } from './discretion.ts';
import { type Address, urlOf } from './outgoing.ts';
import { type Check, kindOf, type SuiteRequest } from './shape.ts';
import { filled, type Values } from './template.ts';

/** The question with the values that were known when it was asked, without what addresses keep to themselves; secrets in it are the caller's to take out. */
export function questionOf(check: Check, values: Values, to: Address): string {
  const { http, probe, assets, tls, tcp, dns, command, sql, ingest } = check;
  const kind = kindOf(check);
  const home = URL.canParse(to.baseUrl) ? new URL(to.baseUrl) : undefined;
  const host = (own: string | undefined) => filled(own ?? home?.hostname ?? '', values);
  switch (kind) {
    case 'http':
      return http === undefined ? '' : requestLine(http, values, to);
    case 'probe':
      return probe === undefined ? '' : `${requestLine(probe.http, values, to)}, ${probe.repeat} times`;
    case 'assets':
      return `what the page of ${assets?.from ?? ''} loads`;
    case 'tls':
      return `the certificate of ${host(tls?.host)}:${filled(String(tls?.port ?? (home?.port || '443')), values)}`;
    case 'tcp':
      return `${host(tcp?.host)}:${filled(String(tcp?.port ?? ''), values)} by TCP`;
    case 'dns':
      return `${dns?.type ?? ''} of ${host(dns?.name)} by DNS`;
    case 'command':
      return `\`${[command?.run ?? []].flat().join(' ')}\``;
    case 'sql':
      return `\`${sql?.query ?? ''}\` by ${sql?.client ?? ''}`;
    case 'ingest':
      return `the report ${[ingest?.junit ?? []].flat().join(', ')}`;
    default:
      return assertNever(kind);
  }
}

/** Method and address of a request. */
export function requestLine(
  request: Pick<SuiteRequest, 'method' | 'url' | 'query'>,
  values: Values,
  to: Address,
): string {
  const url = urlOf(request, values, to)?.href ?? filled(request.url, values);
  return `${request.method} ${shownAddress(url)}`;
}

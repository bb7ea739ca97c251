// From the kind of a check to how it is asked, and which host it keeps busy.
import { assertNever } from '../kit/never.ts';
import type { Asking } from './asking.ts';
import { type Attempted, unasked } from './attempt.ts';
import { askAssets } from './kinds/assets.ts';
import { askCommand, askSql } from './kinds/command.ts';
import { askHttp } from './kinds/http.ts';
import { askIngest } from './kinds/ingest.ts';
import { askDns, askTcp, askTls } from './kinds/network.ts';
import { askProbe } from './kinds/probe.ts';
import { type Address, urlOf } from './outgoing.ts';
import { type Check, type Kind, kindOf } from './shape.ts';
import { filled, type Values } from './template.ts';

/** Asks once, as its kind is asked. Never throws: the others are asked all the same, and what they made is removed. */
export async function askKind(asking: Asking, check: Check): Promise<Attempted> {
  try {
    return await askedAs(asking, check);
  } catch (error) {
    return unasked(error instanceof Error ? error.message : String(error));
  }
}

async function askedAs(asking: Asking, check: Check): Promise<Attempted> {
  const kind = kindOf(check);
  switch (kind) {
    case 'http':
      return check.http === undefined ? unasked('it names no request') : askHttp(asking, check, check.http);
    case 'assets':
      return askAssets(asking, check);
    case 'probe':
      return askProbe(asking, check);
    case 'tls':
      return askTls(asking, check);
    case 'dns':
      return askDns(asking, check);
    case 'tcp':
      return askTcp(asking, check);
    case 'command':
      return askCommand(asking, check);
    case 'sql':
      return askSql(asking, check);
    case 'ingest':
      return askIngest(asking, check);
    default:
      return assertNever(kind);
  }
}

/** Whether checks of this kind talk to the service itself: when none of them reached anything, the network is to blame. */
export function talksToService(kind: Kind): boolean {
  return ['http', 'assets', 'probe', 'tls', 'tcp'].includes(kind);
}

export interface Place {
  readonly address: Address;
  /** Host of the address under test. */
  readonly home: string;
}

/** What the limit per host counts by; programs and reports have a place of their own each. */
export function hostOf(check: Check, values: Values, { address, home }: Place): string {
  const request = check.http ?? check.probe?.http;
  if (request !== undefined)
    return request.url.startsWith('/') ? home : (urlOf({ url: request.url }, values, address)?.host ?? '');
  const host = check.tls?.host ?? check.tcp?.host ?? check.dns?.name;
  if (host !== undefined) return filled(host, values);
  return check.assets === undefined && check.tls === undefined && check.tcp === undefined
    ? `${kindOf(check)} ${check.id}`
    : home;
}

// Settings made by a query: SELECT set_config('search_path', 'shop, public', true).
import type { SqlTree } from '../../evidence/sql.ts';
import type { Act } from '../act.ts';
import { isRecord } from './expression.ts';
import { wordsOf } from './names.ts';

/** A set act for each call of set_config among the columns of a query whose three arguments stand in its text. */
export function settingsIn(targets: readonly SqlTree[] | undefined): readonly Act[] {
  return (targets ?? []).flatMap((target): readonly Act[] => {
    const call = 'ResTarget' in target ? target.ResTarget.val : undefined;
    if (call === undefined || !('FuncCall' in call)) return [];
    if (wordsOf(call.FuncCall.funcname).at(-1) !== 'set_config') return [];
    const [name, value, local] = (call.FuncCall.args ?? []).map(constantOf);
    if (name === undefined || value === undefined || local === undefined) return [];
    const settings = name.toLowerCase();
    const words = settings === 'search_path' ? schemasOf(value) : value;
    return [{ kind: 'set', name: settings, value: words, local: local === 'true' }];
  });
}

/** The value of a text or a boolean; undefined: it is worked out at run time. */
function constantOf(node: SqlTree): string | undefined {
  const constant: unknown = 'A_Const' in node ? node.A_Const : undefined;
  if (!isRecord(constant)) return undefined;
  if (isRecord(constant.sval)) return String(constant.sval.sval ?? '');
  return isRecord(constant.boolval) || constant.boolval === true
    ? String(isRecord(constant.boolval) ? constant.boolval.boolval === true : true)
    : undefined;
}

/** As SET gives them: names in small letters unless quoted, divided by a comma and a blank. */
function schemasOf(value: string): string {
  return value
    .split(',')
    .map((one) => one.trim())
    .map((one) => (/^".*"$/.test(one) ? one.slice(1, -1) : one.toLowerCase()))
    .join(', ');
}

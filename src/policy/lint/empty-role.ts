/** Rule: a role that must sign, approve or override, and that nobody holds: what waits for it waits for ever. */
import type { Fault } from '../fault.ts';
import { child, placeOfKey, select, textsOf } from '../traced.ts';
import { isWritten, type LintScope } from './scope.ts';

const asked = [
  'checklist.*.sign-off',
  'types.*.approvals.*.role',
  'tiers.apply.*.approvals.*.role',
  'environments.*.approvals.*.role',
  'overrides.by',
  'windows.except.*.by',
];

/** The roles that are asked and have no holder. Those a preset brings are named together, at the `roles` of the file. */
export function emptyRoles({ tree, path }: LintScope): readonly Fault[] {
  const roles = child(tree, 'roles');
  if (roles?.kind !== 'map') return [];
  const wanted = new Set(
    asked.flatMap((pattern) => select(tree, pattern)).flatMap(({ value }) => textsOf(value).map(({ text }) => text)),
  );
  const empty = [...roles.entries].filter(([name, { value }]) => wanted.has(name) && textsOf(value).length === 0);
  const own = empty.filter(([, { value }]) => isWritten(value.at));
  const theirs = empty.filter(([, { value }]) => !isWritten(value.at)).map(([name]) => name);
  const at = placeOfKey(tree, [], 'roles');
  const here = at.path === path ? at : { path, line: 1, column: 1 };
  return [
    ...own.map(([name, { value }]) => ({
      ...value.at,
      what: `nobody holds the role ${name}, and it is asked`,
      fix: `Name people or teams: roles: {${name}: [alice, "@org/team"]}`,
    })),
    ...(theirs.length === 0
      ? []
      : [
          {
            ...here,
            what: `nobody holds ${theirs.length === 1 ? 'the role' : 'the roles'} ${theirs.join(', ')}, which the preset asks: what waits for ${theirs.length === 1 ? 'it' : 'them'} waits for ever`,
            fix: `Name people or teams under roles, such as ${theirs[0]}: [alice]`,
          },
        ]),
  ];
}

// Rule schema-and-code: schema and code in one change.
import { rule } from './rule.ts';

export const schemaAndCode = rule({
  id: 'schema-and-code',
  level: 'warn',
  title: 'Schema and code in one change',
  why: 'They cannot go in or back one without the other.',
  locks: '',
  versions: 'all',
  fix: 'Ship the migration first, in a change of its own; the code that needs it follows.',
  dialects: ['postgres', 'mysql', 'mariadb'],
  bad: '',
  good: '',
  looks: (whole) => {
    const { changed, directory, files, isOwn, separationMs } = whole.release;
    const first = files.find(({ file }) => isOwn(file.path));
    if (changed === undefined || first !== whole.parsed) return [];
    const code = [...changed.keys()].filter((path) => isCode(path, directory));
    const [one] = code;
    if (one === undefined || (separationMs === 0 && whole.compatible.compatibility !== 'contract')) return [];
    return [
      {
        what: `this change has ${code.length === 1 ? one : `${one} and ${code.length - 1} more files of code`} beside its migrations`,
      },
    ];
  },
});

/** What runs: neither migrations nor documents, tests or workflows. */
function isCode(path: string, directory: string): boolean {
  if (path.startsWith(`${directory}/`) || path.endsWith('.sql')) return false;
  return !/\.(md|txt|ya?ml|json|lock)$|^(docs|tests?|spec|\.github)\/|[./_-](test|spec)\.[^/]+$|^(LICENSE|CHANGELOG)/.test(
    path,
  );
}

// Rule file-naming: file that its tool does not recognise.
import { rule } from './rule.ts';

/** Names that a tool takes for migrations, as its manual says. What we run ourselves says so when it reads the folder. */
const names: Readonly<Record<string, { readonly pattern: RegExp; readonly example: string }>> = {
  flyway: { pattern: /^(?:[VU]\d+(?:[._]\d+)*__[^/]+|R__[^/]+)\.sql$/, example: 'V042__what_it_does.sql' },
  'golang-migrate': { pattern: /^\d+_[^/]+\.(?:up|down)\.sql$/, example: '042_what_it_does.up.sql' },
};

export const fileNaming = rule({
  id: 'file-naming',
  level: 'error',
  title: 'File that its tool does not recognise',
  why: 'The tool passes over it without a word: the migration never runs.',
  locks: '',
  versions: 'all',
  fix: 'Name it as the tool wants it.',
  dialects: ['postgres', 'mysql', 'mariadb'],
  bad: '',
  good: '',
  looks: ({ parsed, profile }) => {
    const wanted = names[profile.tool];
    const name = parsed.file.path.slice(parsed.file.path.lastIndexOf('/') + 1);
    if (wanted === undefined || wanted.pattern.test(name)) return [];
    return [{ what: `${profile.tool} takes only names like ${wanted.example}` }];
  },
});

// Rule edited-after-merge: migration edited after it was merged.
import { rule } from './rule.ts';

export const editedAfterMerge = rule({
  id: 'edited-after-merge',
  level: 'error',
  title: 'Migration edited after it was merged',
  why: 'A database that has the old text never sees the new one, and tools that keep checksums stop.',
  locks: '',
  versions: 'all',
  fix: 'Take the edit back and put the change into a new file.',
  dialects: ['postgres', 'mysql', 'mariadb'],
  bad: '',
  good: '',
  looks: (whole) => {
    const { changed } = whole.release;
    const status = changed?.get(whole.parsed.file.path);
    if (status !== 'modified' && status !== 'renamed') return [];
    return [
      {
        what:
          status === 'modified'
            ? 'it was there before this change, with another text'
            : 'it had another name before this change',
      },
    ];
  },
});

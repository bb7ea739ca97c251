// Why a file could not be read: a template, its size, or a statement that no grammar knows.

/** It holds placeholders of a template language, outside quotes. */
export function isTemplate(text: string): boolean {
  const bare = text.replace(/'[^']*'|--[^\n]*/g, '');
  return /\{\{|\{%|<%|\$\{|%\(\w+\)s/.test(bare);
}

/** The grammar gave up at the size of the text. */
export function isLarge(because: string): boolean {
  return /^it has \d+ MB/.test(because);
}

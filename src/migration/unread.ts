// Why a file could not be read: a template, its size or depth, or a statement that no grammar knows.

/** It holds placeholders of a template language, outside quotes. */
export function isTemplate(text: string): boolean {
  const bare = text.replace(/'[^']*'|--[^\n]*/g, '');
  return /\{\{|\{%|<%|\$\{|%\(\w+\)s/.test(bare);
}

/** The grammar gave up at the size of the text, or at the depth of an expression. */
export function isLarge(because: string): boolean {
  return /^it (has \d+ MB|is nested too deeply)/.test(because);
}

// Fences of a Markdown text: which of its lines are code, and therefore nobody's own words.

const fence = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)$/;

/** The lines of a text, each with whether it stands in a fenced block or is a fence itself. Only the same mark, as long or longer, ends a block. */
export function fencedLines(markdown: string): readonly { readonly line: string; readonly fenced: boolean }[] {
  let open = '';
  return markdown.split(/\r?\n/).map((line) => {
    const [, mark = '', rest = ''] = fence.exec(line) ?? [];
    if (open === '') {
      open = mark;
      return { line, fenced: mark !== '' };
    }
    if (mark.startsWith(open) && rest.trim() === '') open = '';
    return { line, fenced: true };
  });
}

/** The text without HTML comments, which nobody sees; one that is never closed reaches to the end. */
export function withoutComments(markdown: string): string {
  return markdown.replace(/<!--[\s\S]*?(-->|$)/g, '');
}

// Markdown as GitHub would show it: its own HTML but details, summary, br, wbr and sub is gone, and links stay inside the page.
import { Marked, type Tokens } from 'marked';

/** Where a link leads in the page; undefined when it leads out of it, and is shown without leading anywhere. */
export type LinkTo = (url: string) => string | undefined;

const allowed = ['details', 'summary', 'br', 'wbr', 'sub', 'sup'];

/** Renders a comment's Markdown. Safe to put into a page, whatever the text is. */
export function renderMarkdown(text: string, linkTo: LinkTo): string {
  const marked = new Marked({
    gfm: true,
    async: false,
    renderer: {
      html: ({ text: html }: Tokens.HTML | Tokens.Tag) => keepAllowed(html),
      image: ({ text: alternative }) => escapeHtml(alternative),
      link({ href, tokens }) {
        const inside = this.parser.parseInline(tokens);
        const target = linkTo(href);
        if (target === undefined) return `<a class="outside" title="${escapeHtml(href)}">${inside}</a>`;
        return `<a href="${escapeHtml(target)}">${inside}</a>`;
      },
    },
  });
  return String(marked.parse(text));
}

/** The text as it can stand between tags and in attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** HTML that came with the Markdown: allowed tags without their attributes, text without its tags, no comments. */
function keepAllowed(html: string): string {
  return html
    .replace(/<!--[\s\S]*?(?:-->|$)/g, '')
    .split(/(<[^>]*>)/)
    .map((part) => {
      if (!part.startsWith('<')) return part.replace(/[<>"']/g, escapeHtml);
      const [, close = '', name = ''] = /^<(\/?)([a-z]+)\b[^>]*>$/i.exec(part) ?? [];
      return allowed.includes(name.toLowerCase()) ? `<${close}${name.toLowerCase()}>` : '';
    })
    .join('');
}

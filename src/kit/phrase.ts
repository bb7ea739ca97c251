// Text with links as data: rooms write phrases, only the report room turns them into escaped Markdown.
import { z } from 'zod';

const part = z.union([
  z.string(),
  z.strictObject({ text: z.string(), href: z.string() }),
  z.strictObject({ code: z.string() }),
  z.strictObject({ strong: z.string() }),
]);

export const phrase = z.union([z.string(), z.array(part).readonly()]);

/** Plain text, or a list of parts: text, a link, code, or strong text. Text from outside needs no escaping here. */
export type Phrase = z.infer<typeof phrase>;
export type PhrasePart = z.infer<typeof part>;

/** The words of a phrase without links and emphasis: for logs, check titles and status descriptions. */
export function plain(value: Phrase): string {
  if (typeof value === 'string') return value;
  return value.map(plainPart).join('');
}

function plainPart(value: PhrasePart): string {
  if (typeof value === 'string') return value;
  if ('text' in value) return value.text;
  return 'code' in value ? value.code : value.strong;
}

// A message as every channel gets it: plain text in parts, which each channel escapes for itself.

export interface Message {
  readonly event: string;
  /** Names the occasion: channels that can, keep one thread or one incident for it. */
  readonly key: string;
  /** Names the place, for channels that open an incident and resolve it when the next deployment there is done. */
  readonly subject: string;
  readonly title: string;
  readonly sentence: string;
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  readonly links: readonly { readonly text: string; readonly href: string }[];
  /** How bad it is for users, in PagerDuty's words. */
  readonly severity: 'critical' | 'error' | 'warning' | 'info';
  /** `begins` and `goes-on` tell of something under way, `trouble` wants people, `over` ends it. */
  readonly standing: 'planned' | 'begins' | 'goes-on' | 'trouble' | 'over';
  readonly environment: string;
  readonly version: string;
  readonly sha: string;
  readonly pulls: readonly number[];
  readonly at: number;
  /** When it begins and ends as planned, ms. */
  readonly begins: number;
  readonly ends: number;
}

/** Title, sentence, fields and links as lines of text, for channels without any layout. */
export function linesOf({ title, sentence, fields, links }: Message): readonly string[] {
  return [
    title,
    ...(sentence === '' ? [] : [sentence]),
    ...fields.map(({ name, value }) => `${name}: ${value}`),
    ...links.map(({ text, href }) => `${text}: ${href}`),
  ];
}

// Placeholders that a tool fills in: each is read as a name of its own, so that what stands around it can be judged.
import { type Fault, fault } from './fault.ts';

/** Tools that fill placeholders in before a statement runs. Others would send the braces to the server. */
const filling: readonly string[] = ['flyway', 'liquibase', 'command'];

/** `${schema}`, `${flyway:defaultSchema}`, `{{ index .Options "Namespace" }}`: values. Blocks with logic ({% if %}) are none. */
const placeholder = /\$\{[^{}\n]+\}|\{\{[^{}\n]+\}\}/g;

export interface StoodIn {
  /** As long as the text that was given: every place in it is the same. */
  readonly text: string;
  readonly placeholders: number;
}

/** The text with a name in place of each placeholder; the same one gives the same name. As it is for a tool that fills nothing in. */
export function withStandIns(text: string, tool: string): StoodIn {
  if (!filling.includes(tool)) return { text, placeholders: 0 };
  let placeholders = 0;
  const named = text.replace(placeholder, (words) => {
    placeholders += 1;
    return `p${words.slice(1).replace(/\W/g, '_').toLowerCase()}`;
  });
  return { text: named, placeholders };
}

/** What a reader of the findings has to know. */
export function standInNotes({
  file,
  standIns,
}: {
  readonly file: { readonly path: string };
  readonly standIns: number;
}): readonly Fault[] {
  if (standIns === 0) return [];
  const what = `linted with stand-ins for ${standIns === 1 ? '1 placeholder' : `${standIns} placeholders`}: what the tool fills in is not checked`;
  const fix = 'Nothing to do where placeholders stand for names; look by hand at one that brings words of SQL.';
  return [{ ...fault(file.path, 1, 'template-in-sql', what, fix), level: 'info' }];
}

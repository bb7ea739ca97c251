// The presets and packs as they are written in policies/, by the name that `extends` gives them.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const files = ['policies', join('policies', 'packs')].flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.yml'))
    .map((file) => join(folder, file)),
);

export const presetTexts: ReadonlyMap<string, string> = new Map(
  files.map((file) => [`${basename(file, '.yml')}@1`, readFileSync(file, 'utf8')]),
);

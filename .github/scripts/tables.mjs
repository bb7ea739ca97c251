// The tables of the actions' READMEs, made from action.yml; `node .github/scripts/tables.mjs` writes them between their marks.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** README text with its tables as action.yml says. Throws when a mark is missing. */
export function withTables(readme, actionYaml) {
  const action = parse(actionYaml);
  const inputs = Object.entries(action.inputs ?? {}).filter(([name]) => name !== 'job-status');
  return between(
    between(readme, 'inputs', [
      '| input | default | meaning |',
      '|---|---|---|',
      ...inputs.map(([name, input]) => `| \`${name}\` | ${cell(input.default)} | ${flat(input.description)} |`),
    ]),
    'outputs',
    [
      '| output | meaning |',
      '|---|---|',
      ...Object.entries(action.outputs ?? {}).map(([name, output]) => `| \`${name}\` | ${flat(output.description)} |`),
    ],
  );
}

function between(text, mark, lines) {
  const begin = `<!-- ${mark} -->`;
  const end = `<!-- /${mark} -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to === -1) throw new Error(`The README lacks ${begin} … ${end}`);
  return `${text.slice(0, from + begin.length)}\n${lines.join('\n')}\n${text.slice(to)}`;
}

function cell(value) {
  return value === undefined || value === '' ? '' : `\`${value}\``;
}

function flat(text) {
  return String(text ?? '')
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/\|/g, '\\|');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const name of readdirSync('actions')) {
    const readme = join('actions', name, 'README.md');
    if (!existsSync(readme)) continue;
    writeFileSync(
      readme,
      withTables(readFileSync(readme, 'utf8'), readFileSync(join('actions', name, 'action.yml'), 'utf8')),
    );
  }
}

// Which line of which preset, or which room, carries each requirement of the five processes, and which test shows it; `node .github/scripts/coverage.mjs` writes docs/coverage.md.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { compiled } from './compiled.mjs';

/** The preset of each process. */
export const presetOf = {
  '000': 'strict-blue-green',
  '001': 'rolling-baseline',
  '002': 'standard-sop',
  '003': 'production-checklist',
  '004': 'risk-tiered',
};

/** The room that carries a key of the policy; all others are the checklist's. */
const rooms = {
  migrations: 'migration',
  traffic: 'canary',
  plans: 'canary',
  limits: 'canary',
  compare: 'canary',
  metrics: 'canary',
  smoke: 'smoke',
  rollback: 'rollback',
  announce: 'rollback',
  targets: 'rollback',
  flags: 'rollback',
};

/** The data behind the page: requirements, what carries them, what is not built, what shows them. */
export function coverageData() {
  const read = (name) => parse(readFileSync(join('test', 'policy', `${name}.yml`), 'utf8'));
  return {
    entries: read('catalogue').entries,
    carriers: read('carriers'),
    unbuilt: read('unbuilt'),
    proofs: read('proofs'),
  };
}

/** What stands at a dotted path of a policy; lists are entered by id, limits by metric. Undefined when nothing does. */
export function at(tree, path) {
  return path.split('.').reduce((here, key) => {
    if (!Array.isArray(here)) return here?.[key];
    const found = here.filter((item) => item === key || item?.id === key || item?.metric === key);
    return found.length > 1 ? found : found[0];
  }, tree);
}

/** The carriers of a requirement in one preset: `{text, room, open?}`; empty when nothing carries it. */
export function carriersOf(id, preset, { tree, criteria, carriers, unbuilt }) {
  const own = [
    ...(at(tree.checklist, id) === undefined ? [] : [`checklist.${id}`]),
    ...(at(tree.smoke?.covers ?? [], id) === undefined ? [] : [`smoke.covers.${id}`]),
  ];
  const told = carriers[preset]?.[id] ?? [];
  return [...own, ...told].map((text) => carrierOf(text, tree, criteria, unbuilt));
}

function carrierOf(text, tree, criteria, unbuilt) {
  const [, room, what] = /^open (\S+): (.+)$/.exec(text) ?? [];
  if (room !== undefined) return { text: what, room, open: true, lack: what };
  if (text.startsWith('repository ')) return { text, room: roomOf(text.slice('repository '.length)), open: false };
  if (/^(?:src|actions|docs)\//.test(text))
    return { text, room: text.split('/')[1].replace(/\..*$/, ''), open: false, file: text };
  const value = at(tree, text);
  const line = text.startsWith('checklist.') ? asLine(value) : undefined;
  const lack = unbuilt.find((one) => isLacking(one, text, line, tree));
  if (lack !== undefined) return { text, room: lack.room, open: true, path: text, lack: lack.what };
  if (line === undefined) return { text, room: roomOf(text), open: false, path: text };
  // What no criterion finds by itself is attested anew: src/checklist/hygiene asks every such line.
  if (line.moment === 'hygiene') return { text: `${text} (mode hygiene)`, room: 'checklist', open: false, path: text };
  const people = line['sign-off'] !== undefined;
  const open = !people && !criteria.has(line.id);
  return { text: people ? `${text} (people sign)` : text, room: 'checklist', open, path: text };
}

function asLine(value) {
  return typeof value === 'string' ? { id: value } : value;
}

function roomOf(path) {
  const [first] = path.split('.');
  return rooms[first] ?? 'checklist';
}

function isLacking(lack, path, line, tree) {
  if (lack.moment !== undefined) return line?.moment === lack.moment;
  if (lack.paths === undefined) {
    const plan = path.startsWith('plans.') ? at(tree, path.split('.').slice(0, 2).join('.')) : undefined;
    return lack.by === undefined ? hoursOf(plan) > lack.longer : plan?.by === lack.by;
  }
  return lack.paths.some((pattern) => isUnder(path.split('.'), pattern.split('.')));
}

/** Hours of all bakes of a plan. */
function hoursOf(plan) {
  const units = { s: 1 / 3600, m: 1 / 60, h: 1, d: 24 };
  const bakes = (plan?.stages ?? []).map(({ bake }) => Number.parseFloat(bake) * units[bake.at(-1)]);
  return bakes.reduce((sum, hours) => sum + hours, 0);
}

function isUnder(path, pattern) {
  return pattern.length <= path.length && pattern.every((key, index) => key === '*' || key === path[index]);
}

/** The tests that show a requirement, `file › title`: those that name it itself, else those of each of its carriers; a carrier without is `lost`. */
export function testsOf(id, shares, proofs) {
  const own = proofs.filter(({ shows }) => shows.includes(id)).flatMap(({ tests }) => tests);
  if (own.length > 0) return { tests: [...new Set(own)], lost: [] };
  const texts = [...new Set(shares.flatMap((share) => share.carriers.map(({ text }) => text)))];
  const found = texts.map((text) => ({ text, tests: testsOfCarrier(text, proofs) }));
  const lost = found.filter(({ tests }) => tests.length === 0).map(({ text }) => text);
  return { tests: [...new Set(found.flatMap(({ tests }) => tests))], lost };
}

/** Those of the longest name that the carrier has; a name without a star is longer than any with one. */
function testsOfCarrier(text, proofs) {
  const matching = proofs.flatMap(({ shows, tests }) =>
    shows.filter((name) => isNamed(name, text)).map((name) => ({ tests, weight: weightOf(name) })),
  );
  const heaviest = Math.max(...matching.map(({ weight }) => weight));
  return matching.filter(({ weight }) => weight === heaviest).flatMap(({ tests }) => tests);
}

const weightOf = (name) => (name.includes('*') ? name.length : 1000 + name.length);

/** Whether a name of proofs.yml is that of the carrier: `*` stands for one key or more. */
export function isNamed(name, text) {
  const pattern = name.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.+');
  return new RegExp(`^${pattern}$`).test(text);
}

/** One row a requirement: who carries it in which presets, the rooms it still waits for, and for what in them, and what shows it. */
export function coverageRows({ trees, criteria, entries, carriers, unbuilt, proofs }) {
  return entries.map(({ id, title, phase, seeds }) => {
    const shares = seeds.map((seed) => {
      const preset = presetOf[seed];
      return { preset, carriers: carriersOf(id, preset, { tree: trees[preset], criteria, carriers, unbuilt }) };
    });
    const open = shares.flatMap((share) => share.carriers.filter((one) => one.open));
    const waits = open.map(({ room, lack }) => (lack === undefined ? room : `${room} (${lack})`));
    const sorted = (words) => [...new Set(words)].sort();
    const { tests, lost } = testsOf(id, shares, proofs);
    const rooms = sorted(open.map(({ room }) => room));
    return { id, title, phase, shares, open: rooms, waits: sorted(waits), tests, lost };
  });
}

/** Whether the sources still lack it: nobody reads it, or the refusal still stands. */
export function isStillLacking(lack, sources) {
  if (lack.reads !== undefined) return !sources.some(({ text }) => new RegExp(lack.reads).test(text));
  const [path, held] = lack.holds;
  return sources.some((source) => source.path === path && source.text.includes(held));
}

/** Sources in which an action could read a key of the policy: everything but the policy's own room and the option shapes. */
export function actingSources() {
  return ['src', 'actions']
    .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name))))
    .filter((path) => path.endsWith('.ts') && !/^src\/(?:policy|providers)\//.test(path))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

/** The page. */
export function coveragePage(rows) {
  const open = rows.filter((row) => row.open.length > 0);
  const byRoom = [...new Set(open.flatMap((row) => row.open))].sort();
  const carried = rows.filter((row) => row.shares.every((share) => share.carriers.length > 0)).length;
  const phases = [...new Set(rows.map(({ phase }) => phase))];
  return [
    '<!-- Generated by .github/scripts/coverage.mjs; change what it reads and run it. -->',
    '# What carries the requirements of the five processes',
    '',
    `${carried} of ${rows.length} requirements are carried; ${open.length} of them wait for a room that does not do it yet.`,
    `${rows.filter(isShown).length} of ${rows.length} are shown by a test.`,
    '',
    'A requirement is carried by a line of the preset (`checklist.…`, `limits.…`, a stage, a window, a target, the way back), by the step that does it',
    'for every policy (a file), or by people who sign. **open** names the room that will carry it: the policy can say it, the action cannot do it.',
    '**shown by** names tests that fail when it breaks, by file and title; `%s` in a title stands for what a row of its table says, such as the preset',
    'and the requirement.',
    ...(byRoom.length === 0 ? [] : ['', '| room | open |', '|---|---|']),
    ...byRoom.map((room) => `| ${room} | ${open.filter((row) => row.open.includes(room)).length} |`),
    ...phases.flatMap((phase) => [
      '',
      `## ${phase}`,
      '',
      '| requirement | carried by | shown by | state |',
      '|---|---|---|---|',
      ...rows.filter((row) => row.phase === phase).map(rowText),
    ]),
    '',
  ].join('\n');
}

/** Whether every carrier of the requirement has a test, or the requirement has its own. */
export function isShown({ tests, lost }) {
  return tests.length > 0 && lost.length === 0;
}

/** A test in a cell: its file as a link, then its title. */
function testText(test) {
  const [file, ...title] = test.split(' › ');
  const short = file.replace(/^.*\//, '').replace(/\.test\.ts$/, '');
  return `[${short}](../test/${file}) › ${escaped(title.join(' › '))}`;
}

function escaped(text) {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('*', '\\*');
}

function rowText({ id, title, shares, waits, tests }) {
  const byText = new Map();
  for (const { preset, carriers } of shares) {
    const text = carriers.map((one) => `\`${one.text}\``).join(', ');
    byText.set(text, [...(byText.get(text) ?? []), preset]);
  }
  const carried = [...byText].map(([text, presets]) => `${presets.join(', ')}: ${text}`).join('<br>');
  const state = waits.length === 0 ? 'carried' : `open: ${waits.join(', ')}`;
  return `| \`${id}\`<br>${escaped(title)} | ${carried} | ${tests.map(testText).join('<br>')} | ${state} |`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { vocabulary } = await compiled('src/vocabulary.ts');
  const trees = Object.fromEntries(
    Object.values(presetOf).map((name) => [name, parse(readFileSync(join('policies', `${name}.yml`), 'utf8'))]),
  );
  const criteria = new Set(vocabulary.criteria.keys());
  const rows = coverageRows({ ...coverageData(), trees, criteria });
  if (!existsSync('docs')) throw new Error('Run this in the root of the repository.');
  writeFileSync(join('docs', 'coverage.md'), coveragePage(rows));
  console.log(`${rows.length} requirements, ${rows.filter((row) => row.open.length > 0).length} open`);
}

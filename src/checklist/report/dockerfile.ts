// Dockerfiles: the stages whose installed packages reach the image, and how each installs them.
import { type Read, read, refusedText, unreadable } from './reading.ts';

/** Characters of the largest Dockerfile that is read: those people write are far smaller. */
const mostCharacters = 1024 * 1024;

interface Instruction {
  readonly word: string;
  readonly text: string;
}

interface Stage {
  readonly name: string;
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

/** The installs that reach the image, as they are written: with development packages, or without. */
export interface Installs {
  readonly development: readonly string[];
  readonly production: readonly string[];
}

/** Reads the installs of the last stage, of those it begins from, and of those whose packages it copies. */
export function readDockerfile(text: string): Read<Installs> {
  const refused = refusedText(text) ?? (text.length > mostCharacters ? 'it has more than 1 MB' : undefined);
  if (refused !== undefined) return unreadable(refused);
  const stages = stagesOf(text);
  const last = stages.at(-1);
  if (last === undefined) return unreadable('it has no FROM');
  const reaching = reached(last, stages);
  const found = reaching.map((stage) => installsIn(stage, stages));
  return read({
    development: found.flatMap(({ development }) => development),
    production: found.flatMap(({ production }) => production),
  });
}

function stagesOf(text: string): readonly Stage[] {
  const stages: { name: string; from: string; instructions: Instruction[] }[] = [];
  const whole = text.replace(/^[ \t]*#.*$/gm, '').replace(/\\\r?\n(?:[ \t]*\r?\n)*/g, ' ');
  for (const line of whole.split(/\r?\n/)) {
    const [, word = '', rest = ''] = /^([A-Za-z]+)\s+(.*)$/.exec(line.trim()) ?? [];
    const from = word.toUpperCase() === 'FROM' ? /^(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(rest) : null;
    if (from !== null)
      stages.push({
        name: (from[2] ?? String(stages.length)).toLowerCase(),
        from: (from[1] ?? '').toLowerCase(),
        instructions: [],
      });
    else if (word !== '') stages.at(-1)?.instructions.push({ word: word.toUpperCase(), text: rest });
  }
  return stages;
}

/** A stage that is copied from brings its packages along when they, or a whole folder of the application, are what is copied. */
function reached(last: Stage, stages: readonly Stage[]): readonly Stage[] {
  const found = new Set<Stage>();
  const open: Stage[] = [last];
  for (let stage = open.pop(); stage !== undefined; stage = open.pop()) {
    if (found.has(stage)) continue;
    found.add(stage);
    const copied = stage.instructions.flatMap(({ word, text }) =>
      word === 'COPY' || word === 'ADD' ? source(text) : [],
    );
    open.push(
      ...stages.filter(({ name }, index) =>
        [...copied, stage?.from].some((one) => one === name || one === String(index)),
      ),
    );
  }
  return [...found];
}

function source(text: string): readonly string[] {
  const from = /--from=(\S+)/.exec(text)?.[1]?.toLowerCase();
  if (from === undefined) return [];
  const paths = text.split(/\s+/).filter((word) => !word.startsWith('--'));
  const brings = paths
    .slice(0, -1)
    .some(
      (path) =>
        /node_modules|vendor|site-packages|venv/.test(path) ||
        /^\/?(\.|app|src|usr\/src\/app|home\/\w+\/app|opt\/\w+|srv\/\w+)?\/?$/.test(path),
    );
  return brings ? [from] : [];
}

const installing =
  /\b(npm (?:ci|install|i)\b|yarn(?: install\b|(?= *(?:$|--)))|pnpm (?:install|i)\b|bun (?:install|i)\b|composer install\b|poetry install\b|bundle install\b|uv sync\b|pip3? install\b)/;
const withoutDevelopment =
  /--omit[= ]dev\b|--only[= ]prod(uction)?\b|--prod(uction)?\b(?!=false)|(^|\s)-P\b|--no-dev\b|--without[= ]\S*dev|--only[= ]main\b/;
const pruning = /\b(npm prune|pnpm prune|yarn workspaces focus)\b.*(--omit[= ]dev|--prod(uction)?)\b/;

function installsIn(stage: Stage, stages: readonly Stage[]): Installs {
  let isProduction = setsProduction(stage, stages);
  let development: string[] = [];
  const production: string[] = [];
  for (const { word, text } of stage.instructions) {
    if (word === 'ENV') isProduction = productionAfter(text, isProduction);
    if (word !== 'RUN') continue;
    for (const command of text.split(/&&|\|\||;/).map((one) => one.trim())) {
      if (pruning.test(command)) {
        production.push(command.slice(0, 80));
        development = [];
      }
      if (!installing.test(command) || isTool(command)) continue;
      const lets = withoutDevelopment.test(command) || isOfProduction(command, isProduction);
      (lets ? production : development).push(command.slice(0, 80));
    }
  }
  return { development, production };
}

/** Installing a program for all of the image is no install of the application's packages. */
function isTool(command: string): boolean {
  return (
    /\s(-g|--global)\b/.test(command) || (/\bpip3? install\b/.test(command) && !/\s(-r|--requirement)\b/.test(command))
  );
}

/** NODE_ENV=production makes npm, yarn, pnpm and bun leave development packages out; pip knows none but by the file's name. */
function isOfProduction(command: string, isProduction: boolean): boolean {
  if (/\bpip3? install\b/.test(command)) return !/dev|test/i.test(command);
  if (/\buv sync\b|\bcomposer\b|\bpoetry\b/.test(command)) return false;
  if (/\bbundle install\b/.test(command)) return isProduction && /production/.test(command);
  return isProduction || /\bNODE_ENV=production\b/.test(command);
}

function setsProduction(stage: Stage, stages: readonly Stage[]): boolean {
  const below = stages.slice(0, stages.indexOf(stage)).findLast(({ name }) => name === stage.from);
  if (below === undefined) return false;
  return below.instructions.reduce(
    (is, { word, text }) => (word === 'ENV' ? productionAfter(text, is) : is),
    setsProduction(below, stages),
  );
}

function productionAfter(text: string, before: boolean): boolean {
  const value = /\bNODE_ENV[= ]\s*["']?(\w+)/.exec(text)?.[1];
  return value === undefined ? before : value === 'production';
}

// Sources as JavaScript, for scripts: turned into it (types are checked elsewhere) in a folder of their own below node_modules, and imported from there.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transformSync } from '@swc/core';

let folder;

/** The exports of a source such as `src/vocabulary.ts`. */
export async function compiled(source) {
  folder ??= compileAll();
  return import(pathToFileURL(resolve(folder, asJavaScript(source))).href);
}

function compileAll() {
  const cache = join('node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const target = mkdtempSync(join(cache, 'compiled-'));
  process.on('exit', () => rmSync(target, { recursive: true, force: true }));
  const jsc = { target: 'es2022', parser: { syntax: 'typescript' } };
  for (const name of readdirSync('src', { recursive: true })) {
    const path = join('src', String(name));
    if (!path.endsWith('.ts')) continue;
    const { code } = transformSync(readFileSync(path, 'utf8'), { jsc, module: { type: 'es6' } });
    const file = join(target, asJavaScript(path));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, code.replace(/(from\s*['"]\.[^'"]*)\.ts(['"])/g, '$1.js$2'));
  }
  return target;
}

function asJavaScript(path) {
  return path.replace(/\.ts$/, '.js');
}

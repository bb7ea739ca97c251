// The digest of everything the bundles are built from; dist/sources.sha256 carries the one they were built from.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const roots = ['actions', 'src'];
const single = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  '.github/scripts/bundle.mjs',
];

/** SHA-256 over path and text of each source, in order of path. Line ends do not matter. */
export function sourcesDigest(root = '.') {
  const hash = createHash('sha256');
  for (const path of [...roots.flatMap((folder) => under(root, folder)), ...single].sort()) {
    hash.update(`${path}\n${readFileSync(join(root, path), 'utf8').replace(/\r\n/g, '\n')}\n`);
  }
  return hash.digest('hex');
}

function under(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return under(root, path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}

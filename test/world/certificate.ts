// Certificates for tests: made by openssl, each signed by itself, valid for the names and days that a test wants.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { neighbour } from './neighbour.ts';

/** In PEM. */
export interface Certified {
  readonly key: string;
  readonly cert: string;
}

export interface Wanted {
  /** Days from now. */
  readonly from?: number;
  readonly to?: number;
  readonly subject?: string;
  readonly names?: string;
}

/** `describe` for tests that need openssl. */
export const withOpenssl = neighbour('openssl', hasOpenssl());

export function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Makes one in the folder, as files called `name`. By the command for authorities: only that takes dates of the past. */
export function certificate(folder: string, name: string, wanted: Wanted = {}): Certified {
  const { from = -1, to = 30, subject = '/CN=shop.example' } = wanted;
  const { names = 'IP:127.0.0.1,DNS:localhost,DNS:*.shop.example' } = wanted;
  const run = (...line: readonly string[]) => execFileSync('openssl', line, { stdio: 'ignore', cwd: folder });
  const authority = [`database=${name}.index`, `serial=${name}.serial`, 'new_certs_dir=.', 'default_md=sha256'];
  const policy = ['commonName=supplied', 'organizationName=optional'];
  const extensions = [`subjectAltName=${names}`];
  const settings = ['[a]', ...authority, 'policy=p', 'x509_extensions=e', '[p]', ...policy, '[e]', ...extensions];
  writeFileSync(join(folder, `${name}.index`), '');
  writeFileSync(join(folder, `${name}.serial`), '01\n');
  writeFileSync(join(folder, `${name}.settings`), `${settings.join('\n')}\n`);
  const key = ['-newkey', 'rsa:2048', '-nodes', '-subj', subject, '-keyout', `${name}.key`];
  run('req', ...key, '-out', `${name}.request`);
  const files = ['-selfsign', '-keyfile', `${name}.key`, '-in', `${name}.request`, '-out', `${name}.pem`];
  const dates = ['-startdate', instantIn(from), '-enddate', instantIn(to)];
  run('ca', '-batch', '-notext', '-config', `${name}.settings`, '-name', 'a', ...dates, ...files);
  const read = (ending: string) => readFileSync(join(folder, `${name}.${ending}`), 'utf8');
  return { key: read('key'), cert: read('pem') };
}

/** As openssl takes it: YYYYMMDDHHMMSSZ. */
function instantIn(days: number): string {
  return `${new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
}

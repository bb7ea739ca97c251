// The name of an image taken apart as registries understand it: where it is, what it is called, which tag or digest is meant.

export interface Reference {
  /** Host that is asked, with its port. */
  readonly host: string;
  /** Name below the host, e.g. `acme/shop`. */
  readonly name: string;
  /** Tag or digest; a digest wins over a tag beside it. */
  readonly wanted: string;
  /** The digest that must come back; empty when only a tag is named. */
  readonly digest: string;
  readonly secure: boolean;
}

/** Docker's own names leave their registry out, and one-word names the folder of the official images. */
const docker = { host: 'registry-1.docker.io', names: ['docker.io', 'index.docker.io', 'registry-1.docker.io'] };
const digestForm = /^sha256:[0-9a-f]{64}$/;
const hostForm = /^(localhost|\[[0-9a-f:]+\]|[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?)(:\d{1,5})?$/i;
/** Distribution specification 1.1, "Pulling manifests": names and tags. */
const nameForm =
  /^([a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*)(?::(\w[\w.-]{0,127}))?$/;

/** Reads `[host/]name[:tag][@sha256:…]`, with or without `https://` or `oci://` in front; undefined for what is no image. */
export function readReference(text: string): Reference | undefined {
  const bare = text.trim().replace(/^(oci|docker|https?):\/\//, '');
  const [place = '', digest = '', more] = bare.split('@');
  if (more !== undefined || (digest !== '' && !digestForm.test(digest))) return undefined;
  const [first = '', ...rest] = place.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const path = isHost ? rest.join('/') : place;
  const [, name, tag = ''] = nameForm.exec(path) ?? [];
  if (name === undefined || (isHost && !hostForm.test(first))) return undefined;
  const isDocker = !isHost || docker.names.includes(first);
  const host = isDocker ? docker.host : first;
  const short = isDocker && !name.includes('/');
  return {
    host,
    name: short ? `library/${name}` : name,
    wanted: digest || tag || 'latest',
    digest,
    // As Docker does it: in the clear only with this very machine.
    secure: !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(host),
  };
}

// Names of images: whether one is of a version, and whether two are of the same repository.
import type { RedeployTarget } from '../../world.ts';

/** By digest or whole name among the artifacts; else by a tag that is the version, or has the commit in it. */
export function isOfTarget(image: string, { artifact, version, sha }: RedeployTarget): boolean {
  const digest = /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1];
  const known = artifact.filter((one) => one.includes('@sha256:') || /^sha256:/.test(one));
  if (digest !== undefined && known.length > 0) return known.some((one) => one.endsWith(digest));
  if (artifact.includes(image)) return true;
  const tag = tagOf(image);
  if (tag === '') return false;
  return (
    tag === version || (sha !== '' && tag.split(/[^0-9a-f]+/).some((part) => part.length >= 7 && sha.startsWith(part)))
  );
}

/** Of one repository, whatever tag and digest. */
export function isSameImage(a: string, b: string): boolean {
  return repositoryOf(a) === repositoryOf(b);
}

function tagOf(image: string): string {
  return /:([\w][\w.-]*)(?:@|$)/.exec(image.slice(image.lastIndexOf('/') + 1))?.[1] ?? '';
}

function repositoryOf(image: string): string {
  const bare = image.replace(/@sha256:.*$/, '');
  const slash = bare.lastIndexOf('/');
  return bare.slice(0, slash + 1) + bare.slice(slash + 1).replace(/:.*$/, '');
}

// Images in their registry: it can be reached and lets us pull, what is deployed is there, and its tags say the commit.
import type { Answers } from '../../evidence/answer.ts';
import { type Context, type Criterion, withOptions } from '../criterion.ts';
import { type Found, fail, pass, unknownFinding } from '../finding.ts';
import { asksImages, digestIn, imagesIn, imageTold, placeOfImage } from '../image.ts';
import { listed, short } from '../words.ts';
import * as worded from './words/images.ts';

/** `registry-accessible`: the registry answers, and lets us pull `image`; else what is deployed, else what runs and would be pulled to go back. */
export const registryAccessible: Criterion = withOptions({
  ...worded.registryAccessible,
  asks: (context, given) => asksImages(within(given.image, context), context),
  finds: (context, given, answers) => {
    const images = within(given.image, context);
    if (images.length === 0) return unnamed('neither the policy, nor the run, nor what runs names an image');
    return together(images, answers);
  },
});

function within(named: string | undefined, { artifact, change }: Context): readonly string[] {
  if (named !== undefined) return [named];
  const own = imagesIn(artifact, undefined);
  if (own.length > 0) return own;
  const payload = change.predecessor?.payload;
  return payload === undefined ? [] : imagesIn(payload.artifact, undefined);
}

/** `image-pullable`: the registry has every image that the run names, with the digest it is named by. */
export const imagePullable: Criterion = withOptions({
  ...worded.imagePullable,
  asks: (context, given) => asksImages(imagesIn(context.artifact, given.image), context),
  finds: (context, given, answers) => {
    const images = imagesIn(context.artifact, given.image);
    if (images.length === 0) return unnamed('the run names no image');
    const found = together(images, answers);
    const loose = images.filter((name) => digestIn(name) === undefined);
    if (found.outcome !== 'pass' || loose.length === 0) return found;
    return { ...found, warning: `${listed(loose, 2)} is named by a tag, which may be moved before it is pulled` };
  },
});

function together(images: readonly string[], answers: Answers): Found {
  const told = images.map((reference) => imageTold(reference, answers));
  const open = told.flatMap((one) => (one.kind === 'open' ? [one.found] : []));
  const worst = open.find(({ outcome }) => outcome === 'fail') ?? open[0];
  if (worst !== undefined) return worst;
  const there = told.flatMap((one) =>
    one.kind === 'image' ? [`${placeOfImage(one.reference)} ${one.digest.slice(0, 19)}`] : [],
  );
  return pass(`the registry has ${listed(there, 3)}`);
}

function unnamed(what: string): Found {
  const todo = ['hand the image by its digest to the input ', { code: 'artifact' }];
  return unknownFinding(what, todo, 'who owns the workflow');
}

/** `image-tagged-with-commit`: of every image a tag that says the commit, and on a run of a git tag one that says the release, are that very image. */
export const imageTaggedWithCommit: Criterion = withOptions({
  ...worded.imageTaggedWithCommit,
  asks: (context, given) => {
    const images = imagesIn(context.artifact, given.image);
    return asksImages(
      images.flatMap((name) => [
        name,
        ...tagged(name, commitTags(given.tags, context)),
        ...tagged(name, releaseTags(context)),
      ]),
      context,
    );
  },
  finds: (context, given, answers) => {
    const images = imagesIn(context.artifact, given.image);
    if (images.length === 0) return unnamed('the run names no image');
    const found = images.map((name) => inTags(name, given.tags, context, answers));
    return (
      found.find(({ outcome }) => outcome === 'fail') ??
      found.find(({ outcome }) => outcome !== 'pass') ??
      found[0] ??
      unnamed('no image')
    );
  },
});

function inTags(name: string, templates: readonly string[], context: Context, answers: Answers): Found {
  const own = imageTold(name, answers);
  if (own.kind === 'open') return own.found;
  const wanted = [
    { what: `the commit ${short(context.change.sha)}`, tags: commitTags(templates, context) },
    { what: 'the release', tags: releaseTags(context) },
  ].filter(({ tags }) => tags.length > 0);
  const said: string[] = [];
  for (const { what, tags } of wanted) {
    const told = tagged(name, tags).map((reference) => imageTold(reference, answers));
    const there = told.flatMap((one) => (one.kind === 'image' ? [one] : []));
    const right = there.find(({ digest }) => digest === own.digest);
    if (right !== undefined) {
      said.push(right.reference);
      continue;
    }
    const unread = told.find((one) => one.kind === 'open' && one.found.outcome === 'unknown');
    if (unread?.kind === 'open' && there.length === 0) return unread.found;
    const evidence =
      there[0] === undefined
        ? `no tag of ${placeOfImage(name)} says ${what}`
        : `${there[0].reference} is another image, ${there[0].digest.slice(0, 19)}`;
    return fail(evidence, `tag ${own.digest.slice(0, 19)} as ${tags[0]} where it is built`, 'who owns the workflow');
  }
  return pass(`${listed(said, 3)} is ${own.digest.slice(0, 19)}`);
}

function commitTags(templates: readonly string[], { change }: Context): readonly string[] {
  return templates.map((text) => text.replaceAll('{sha}', change.sha).replaceAll('{short}', short(change.sha)));
}

/** A registry's tag may leave out the `v` of the release. */
function releaseTags({ run }: Context): readonly string[] {
  const tag = /^refs\/tags\/(?:.*\/)?([^/]+)$/.exec(run.ref)?.[1];
  return tag === undefined ? [] : [...new Set([tag, tag.replace(/^v(?=\d)/, '')])];
}

function tagged(name: string, tags: readonly string[]): readonly string[] {
  return tags.map((tag) => `${placeOfImage(name)}:${tag}`);
}

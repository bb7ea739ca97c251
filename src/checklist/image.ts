// The images that a run names as its artifact: which of the names are images, and what the registry says of them.
import type { Answers } from '../evidence/answer.ts';
import type { Question, QuestionOf } from '../evidence/question.ts';
import type { Context } from './criterion.ts';
import { type Found, fail, notTold } from './finding.ts';

const digestForm = /sha256:[0-9a-f]{64}/;

/** The digest in a name; undefined when it has none. */
export function digestIn(name: string): string | undefined {
  return digestForm.exec(name)?.[0];
}

/** The name of an image without its tag and digest: `localhost:5000/shop:v1` is `localhost:5000/shop`. */
export function placeOfImage(reference: string): string {
  const [place = ''] = reference.split('@');
  return place.replace(/:[^/:]*$/, '');
}

/** The images among these names: URLs are none, and a bare digest is one where the policy says of which `image`. */
export function imagesIn(names: readonly string[], image: string | undefined): readonly string[] {
  return names.flatMap((name) => {
    if (name.includes('://')) return name.startsWith('oci://') ? [name.slice('oci://'.length)] : [];
    if (!name.startsWith('sha256:')) return [name];
    return image === undefined ? [] : [`${placeOfImage(image)}@${name}`];
  });
}

/** One question an image; none on a pull request, whose run may not be let near a registry. */
export function asksImages(references: readonly string[], { moment }: Pick<Context, 'moment'>): readonly Question[] {
  return moment === 'deploy' ? references.map(imageQuestion) : [];
}

export function imageQuestion(reference: string): QuestionOf<'image'> {
  return { kind: 'image', reference };
}

export type ImageTold =
  | { readonly kind: 'image'; readonly reference: string; readonly digest: string }
  | { readonly kind: 'open'; readonly found: Found };

/** What the registry says of one image; one that is not there fails, one that cannot be asked for is unknown. */
export function imageTold(reference: string, answers: Answers): ImageTold {
  const told = answers.of(imageQuestion(reference));
  if (told.kind === 'unknown') return { kind: 'open', found: notTold(told) };
  const { value } = told;
  if (value.found) return { kind: 'image', reference, digest: value.digest };
  return {
    kind: 'open',
    found: fail(value.because, 'push the image before the gate, or correct its name', 'who owns the workflow'),
  };
}

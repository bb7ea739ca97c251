// Whether the images that the run names as its artifact are in their registry.
import type { Answers } from '../../evidence/answer.ts';
import type { Question } from '../../evidence/question.ts';
import { imageQuestion, imagesIn } from '../image.ts';
import { pass, type Symptom, symptom } from './symptom.ts';

/** One question an image. */
export function asksArtifact(artifact: readonly string[]): readonly Question[] {
  return imagesIn(artifact, undefined).map(imageQuestion);
}

/** A line an image; none where the run names no artifact. */
export function artifactSymptoms(artifact: readonly string[], answers: Answers): readonly Symptom[] {
  return imagesIn(artifact, undefined).map((reference) => {
    const what = `artifact ${reference}`;
    const told = answers.of(imageQuestion(reference));
    if (told.kind === 'unknown') return symptom(what, 'unknown', told.because, told.remedy);
    if (told.value.found) return pass(what, `there, as ${told.value.digest}`);
    return symptom(what, 'fail', told.value.because, 'Push the image, or correct its name in the input `artifact`');
  });
}

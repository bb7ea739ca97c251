// Artifact intact: what is deployed is what this repository's workflow built from this commit, as an attestation of its digest says.
import type { Answers } from '../../evidence/answer.ts';
import type { AttestationFact } from '../../evidence/artifact.ts';
import type { QuestionOf } from '../../evidence/question.ts';
import { formatDuration } from '../../kit/duration.ts';
import { asksWord, findWord } from '../attestation.ts';
import { type Context, type Criterion, type Given, withOptions } from '../criterion.ts';
import { type Found, fail, notTold, pass, unknownFinding } from '../finding.ts';
import { asksImages, digestIn, imagesIn, imageTold } from '../image.ts';
import { asksKin, twinShas } from '../kinship.ts';
import { listed, short } from '../words.ts';
import * as worded from './words/artifact-integrity.ts';

type Options = Given<typeof worded.artifactIntegrity>;

/** `gh` fetches the attestation and Sigstore's keys. */
const verifyMs = 2 * 60 * 1000;

/** `artifact-integrity`: every artifact has a digest, and GitHub an attestation that this repository built it from this content. What was
 * verified and what was only read, the finding says. */
export const artifactIntegrity: Criterion = withOptions({
  ...worded.artifactIntegrity,
  asks: (context, given, answers) => {
    if (context.moment !== 'deploy') return [];
    if (given.attestation !== undefined) return asksWord(given, context, answers);
    const loose = imagesIn(context.artifact, given.image).filter((name) => digestIn(name) === undefined);
    const named = digestsOf(context, answers);
    return [
      ...asksKin(context.change, answers),
      ...asksImages(loose, context),
      ...named.map(({ digest }) => attestationsOf(digest)),
      ...(given.signature === 'verified'
        ? named.flatMap(({ name, digest }) => verifying(name, digest, given, context) ?? [])
        : []),
    ];
  },
  finds: (context, given, answers) => {
    if (given.attestation !== undefined) return findWord(given, context, answers);
    const named = digestsOf(context, answers);
    if (context.artifact.length === 0)
      return unknownFinding(
        'the run names no artifact',
        ['hand its digest to the input ', { code: 'artifact' }],
        'who owns the workflow',
      );
    const loose = context.artifact.find((name) => !named.some((one) => one.name === name));
    if (loose !== undefined) return withoutDigest(loose, answers);
    const found = named.map((one) => judged(one, given, context, answers));
    return (
      found.find(({ outcome }) => outcome === 'fail') ??
      found.find(({ outcome }) => outcome !== 'pass') ??
      found[0] ??
      withoutDigest('', answers)
    );
  },
});

interface Named {
  readonly name: string;
  readonly digest: string;
}

/** The artifacts whose digest is known: by their name, or because the registry told what a tag stands for. */
function digestsOf({ artifact }: Context, answers: Answers): readonly Named[] {
  return artifact.flatMap((name) => {
    const own = digestIn(name);
    if (own !== undefined) return [{ name, digest: own }];
    const [reference] = imagesIn([name], undefined);
    const told = reference === undefined ? undefined : answers.value({ kind: 'image', reference });
    return told?.found === true ? [{ name, digest: told.digest }] : [];
  });
}

function withoutDigest(name: string, answers: Answers): Found {
  const [reference] = imagesIn([name], undefined);
  const told = reference === undefined ? undefined : imageTold(reference, answers);
  if (told?.kind === 'open') return told.found;
  return unknownFinding(`${name} has no digest`, 'name it with its digest: …@sha256:…', 'who owns the workflow');
}

function attestationsOf(digest: string): QuestionOf<'attestations'> {
  return { kind: 'attestations', digest };
}

/** What `gh` is asked to verify: an image at its registry. It cannot be told a bare digest. */
function verifying(
  name: string,
  digest: string,
  { image }: Options,
  { run }: Context,
): QuestionOf<'command'> | undefined {
  const [reference] = imagesIn([name], image);
  if (reference === undefined) return undefined;
  const subject = reference.includes('@') ? reference : `${reference}@${digest}`;
  const { owner, name: repository } = run.repository;
  const line = ['gh', 'attestation', 'verify', `oci://${subject}`, '--repo', `${owner}/${repository}`];
  return { kind: 'command', line, timeoutMs: verifyMs };
}

function judged({ name, digest }: Named, given: Options, context: Context, answers: Answers): Found {
  const told = answers.of(attestationsOf(digest));
  if (told.kind === 'unknown') return notTold(told);
  const which = digest.slice(0, 19);
  const build = 'attest it where it is built (actions/attest-build-provenance) and deploy that build';
  if (told.value.length === 0) return fail(`GitHub has no attestation of ${which}`, build, 'who owns the workflow');
  const wrong = told.value.map((one) => mismatch(one, digest, given, context, answers));
  const fits = wrong.indexOf(undefined);
  if (fits === -1)
    return fail(
      `${which}: ${listed([...new Set(wrong.flatMap((words) => words ?? []))], 2)}`,
      build,
      'who owns the workflow',
    );
  const by = told.value[fits];
  const what = `${which}: an attestation says ${by?.workflow || 'a workflow'} of this repository built it from ${short(by?.sha ?? '')}`;
  return signed(what, verifying(name, digest, given, context), given, answers);
}

/** What an attestation says that does not fit; undefined when all fits. */
function mismatch(
  { subjects, repository, workflow, sha }: AttestationFact,
  digest: string,
  given: Options,
  context: Context,
  answers: Answers,
): string | undefined {
  const { change, run } = context;
  const here = `${run.serverUrl}/${run.repository.owner}/${run.repository.name}`;
  if (!subjects.includes(digest)) return 'the attestation is of something else';
  if (repository === '') return 'the attestation does not say who built it';
  if (repository.toLowerCase() !== here.toLowerCase()) return `built by ${repository}`;
  if (given.workflow !== undefined && workflow.split('/').at(-1) !== given.workflow.split('/').at(-1))
    return `built by ${workflow}`;
  if (sha !== change.sha && !twinShas(change, answers).includes(sha))
    return `built from ${short(sha) || 'no commit'}, not from ${short(change.sha)}`;
  return undefined;
}

/** Only who verifies the signature knows that the attestation was not made up. */
function signed(
  what: string,
  question: QuestionOf<'command'> | undefined,
  { signature }: Options,
  answers: Answers,
): Found {
  if (signature === 'present')
    return {
      outcome: 'pass',
      evidence: `${what}; its signature was not verified`,
      warning: 'The signature of the attestation was not verified.',
    };
  const unverified = `${what}; its signature was not verified`;
  const instead = ['or let what it says be enough: ', { code: 'with: signature: present' }];
  if (question === undefined)
    return unknownFinding(
      `${unverified}: gh verifies images, by their name`,
      ['name the image with its digest, ', ...instead],
      'owner of the policy',
    );
  const told = answers.of(question);
  if (told.kind === 'unknown') return notTold(told);
  const { code, timedOut, said } = told.value;
  if (timedOut)
    return unknownFinding(`${unverified}: gh did not end within ${formatDuration(verifyMs)}`, 'run the gate again', '');
  if (code === 0) return pass(`${what}; gh verified its signature`);
  if (code === 126 || code === 127)
    return unknownFinding(
      `${unverified}: there is no gh here`,
      ['install gh and give the step ', { code: 'GH_TOKEN' }, ', ', ...instead],
      'who owns the workflow',
    );
  return unknownFinding(
    `${unverified}: gh attestation verify ended with ${code}: ${said}`,
    ['give the step ', { code: 'GH_TOKEN' }, ' and log in to the registry, or build it anew'],
    'who owns the workflow',
  );
}

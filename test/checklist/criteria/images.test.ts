// Images in their registry and attestations of what is deployed: there, another one, tagged, built elsewhere, signature verified or not.
import { describe, expect, test } from '@jest/globals';
import type { AttestationFact } from '../../../src/evidence/artifact.ts';
import { plain } from '../../../src/kit/phrase.ts';
import type { MemoryGithub } from '../../world/memory/github.ts';
import { aDeployment, deployStory, findingOf, reviewStory, sha } from '../story.ts';

const digest = `sha256:${'d'.repeat(64)}`;
const other = `sha256:${'e'.repeat(64)}`;
const shop = 'ghcr.io/acme/shop';

type Given = {
  readonly artifact?: readonly string[];
  readonly images?: Readonly<Record<string, string>>;
  readonly change?: (github: MemoryGithub) => void;
  readonly ref?: string;
};

async function judged(line: string, { artifact = [`${shop}@${digest}`], images = {}, change, ref }: Given = {}) {
  const finding = await findingOf(deployStory, line, {
    artifact,
    ...(ref === undefined ? {} : { run: { ref } }),
    change: ({ github }) => {
      for (const [reference, told] of Object.entries(images))
        github.images.set(reference, { found: true, digest: told, mediaType: '' });
      change?.(github);
    },
  });
  return [finding.outcome, plain(finding.evidence), finding.warning ?? ''];
}

const here = { [`${shop}@${digest}`]: digest };

describe('image-pullable', () => {
  test.each([
    ['there', {}, here, 'pass', `the registry has ${shop} sha256:dddddddddddd`],
    ['not there', {}, {}, 'fail', `there is no ${shop}@${digest}`],
    ['not named', { artifact: [] }, here, 'unknown', 'the run names no image'],
    ['only a URL', { artifact: ['https://files.example/shop.tgz'] }, here, 'unknown', 'the run names no image'],
    [
      'one of two missing',
      { artifact: [`${shop}@${digest}`, `${shop}@${other}`] },
      here,
      'fail',
      `there is no ${shop}@${other}`,
    ],
  ])('%s', async (_what, given, images, outcome, words) => {
    expect((await judged('image-pullable', { ...given, images })).slice(0, 2)).toEqual([outcome, words]);
  });

  test('by a tag passes with a warning: a tag may be moved', async () => {
    const [outcome, , warning] = await judged('image-pullable', {
      artifact: [`${shop}:v1`],
      images: { [`${shop}:v1`]: digest },
    });

    expect([outcome, warning]).toEqual(['pass', expect.stringContaining('which may be moved')]);
  });

  test('takes a bare digest where the policy names the image', async () => {
    expect(
      (await judged(`{id: image-pullable, with: {image: ${shop}}}`, { artifact: [digest], images: here }))[0],
    ).toBe('pass');
    expect((await judged('image-pullable', { artifact: [digest], images: here }))[0]).toBe('unknown');
  });

  test('a registry that does not tell is unknown', async () => {
    const silent = { kind: 'unknown', because: 'ghcr.io did not tell', remedy: 'log in' } as const;

    expect(
      (await judged('image-pullable', { images: here, change: (github) => github.silent.set('image', silent) }))[0],
    ).toBe('unknown');
  });

  test('is asked at deploy only', async () => {
    expect((await findingOf(reviewStory, 'image-pullable', { artifact: [`${shop}@${digest}`] })).outcome).toBe(
      'asked-at-deploy',
    );
  });
});

describe('registry-accessible', () => {
  test('asks for the image the policy names, else what is deployed, else what runs', async () => {
    const named = await judged(`{id: registry-accessible, with: {image: "${shop}:base"}}`, {
      images: { [`${shop}:base`]: digest },
    });
    const deployed = await judged('registry-accessible', { images: here });
    const runs = await judged('registry-accessible', {
      artifact: [],
      images: { [`${shop}@${other}`]: other },
      change: (github) => {
        github.deployments = [
          aDeployment({ id: 8001, sha: sha('b'), payload: { tree: sha('6'), artifact: [`${shop}@${other}`] } }),
        ];
      },
    });
    const none = await judged('registry-accessible', { artifact: [] });

    expect([named, deployed, runs, none].map(([outcome]) => outcome)).toEqual(['pass', 'pass', 'pass', 'unknown']);
  });
});

describe('image-tagged-with-commit', () => {
  const commit = sha('c');

  test.each([
    ['the whole commit', { [`${shop}:${commit}`]: digest }, 'pass', `${shop}:${commit} is`],
    ['its first seven', { [`${shop}:${commit.slice(0, 7)}`]: digest }, 'pass', 'is sha256:d'],
    ['as metadata-action does', { [`${shop}:sha-${commit.slice(0, 7)}`]: digest }, 'pass', 'is sha256:d'],
    ['no such tag', {}, 'fail', 'no tag of ghcr.io/acme/shop says the commit'],
    ['the tag of another image', { [`${shop}:${commit}`]: other }, 'fail', 'is another image'],
  ])('%s', async (_what, tags, outcome, words) => {
    expect((await judged('image-tagged-with-commit', { images: { ...here, ...tags } })).slice(0, 2)).toEqual([
      outcome,
      expect.stringContaining(words),
    ]);
  });

  test.each([
    ['with its v', 'v1.8.0', 'pass'],
    ['without it', '1.8.0', 'pass'],
    ['not at all', '1.7.9', 'fail'],
  ])('a run of a git tag wants the release as a tag too: %s', async (_what, tag, outcome) => {
    const images = { ...here, [`${shop}:${commit}`]: digest, [`${shop}:${tag}`]: digest };

    expect((await judged('image-tagged-with-commit', { images, ref: 'refs/tags/v1.8.0' }))[0]).toBe(outcome);
  });

  test('knows other templates, and refuses one that says no commit', async () => {
    const images = { ...here, [`${shop}:main-${commit.slice(0, 7)}`]: digest };

    expect((await judged('{id: image-tagged-with-commit, with: {tags: ["main-{short}"]}}', { images }))[0]).toBe(
      'pass',
    );
    await expect(judged('{id: image-tagged-with-commit, with: {tags: [latest]}}', { images })).rejects.toThrow(
      'must hold {sha} or {short}',
    );
  });
});

describe('artifact-integrity', () => {
  const attested: AttestationFact = {
    predicate: 'https://slsa.dev/provenance/v1',
    subjects: [digest],
    repository: 'https://github.example/octo-org/shop',
    workflow: '.github/workflows/build.yml',
    ref: 'refs/heads/main',
    sha: sha('c'),
  };
  const line = JSON.stringify(['gh', 'attestation', 'verify', `oci://${shop}@${digest}`, '--repo', 'octo-org/shop']);
  const kept =
    (...facts: readonly Partial<AttestationFact>[]) =>
    (github: MemoryGithub) =>
      void github.attestations.set(
        digest,
        facts.map((fact) => ({ ...attested, ...fact })),
      );
  const verified = (code: number) => (github: MemoryGithub) => {
    kept({})(github);
    github.commands.set(line, { kind: 'known', value: { code, timedOut: code === -1, said: 'words of gh' } });
  };

  test.each([
    ['gh verified it', 0, 'pass', 'gh verified its signature'],
    ['gh refused it', 1, 'unknown', 'gh attestation verify ended with 1: words of gh'],
    ['there is no gh', 127, 'unknown', 'its signature was not verified: there is no gh here'],
    ['gh hung', -1, 'unknown', 'gh did not end within'],
  ])('attested for this commit, and %s', async (_what, code, outcome, words) => {
    expect((await judged('artifact-integrity', { change: verified(code) })).slice(0, 2)).toEqual([
      outcome,
      expect.stringContaining(words),
    ]);
  });

  const present = '{id: artifact-integrity, with: {signature: present, workflow: build.yml}}';

  test.each([
    ['this very build', [{}], 'pass', 'its signature was not verified'],
    ['a build of the identical tree', [{ sha: sha('a') }], 'pass', 'built it from aaaaaaa'],
    ['one that fits among others', [{ sha: sha('9') }, {}], 'pass', 'its signature was not verified'],
    ['none', [], 'fail', 'GitHub has no attestation of sha256:d'],
    ['of something else', [{ subjects: [other] }], 'fail', 'the attestation is of something else'],
    [
      'by another repository',
      [{ repository: 'https://github.example/evil/shop' }],
      'fail',
      'built by https://github.example/evil/shop',
    ],
    [
      'by another workflow',
      [{ workflow: '.github/workflows/nightly.yml' }],
      'fail',
      'built by .github/workflows/nightly.yml',
    ],
    ['of another commit', [{ sha: sha('9') }], 'fail', 'built from 9999999, not from ccccccc'],
    ['that says nothing', [{ repository: '', workflow: '', sha: '' }], 'fail', 'does not say who built it'],
  ])('without verifying: %s', async (_what, facts, outcome, words) => {
    expect((await judged(present, { change: kept(...facts) })).slice(0, 2)).toEqual([
      outcome,
      expect.stringContaining(words),
    ]);
  });

  test('an unverified pass warns', async () => {
    expect((await judged(present, { change: kept({}) }))[2]).toContain('was not verified');
  });

  test.each([
    ['names nothing', [], 'unknown', 'the run names no artifact'],
    ['names a file without a digest', ['https://files.example/shop.tgz'], 'unknown', 'has no digest'],
    [
      'names one of two without a digest',
      [`${shop}@${digest}`, 'https://files.example/shop.tgz'],
      'unknown',
      'has no digest',
    ],
    ['names a tag that is not there', [`${shop}:v1`], 'fail', `there is no ${shop}:v1`],
  ])('a run that %s', async (_what, artifact, outcome, words) => {
    expect((await judged(present, { artifact, change: kept({}) })).slice(0, 2)).toEqual([
      outcome,
      expect.stringContaining(words),
    ]);
  });

  test('a tag is what the registry says it is', async () => {
    expect(
      (await judged(present, { artifact: [`${shop}:v1`], images: { [`${shop}:v1`]: digest }, change: kept({}) }))[0],
    ).toBe('pass');
  });

  test('a file with its digest cannot be verified by gh, and is so unknown unless the policy lets it be', async () => {
    const artifact = [`https://files.example/shop.tgz#${digest}`];

    expect((await judged('artifact-integrity', { artifact, change: kept({}) }))[0]).toBe('unknown');
    expect((await judged(present, { artifact, change: kept({}) }))[0]).toBe('pass');
  });

  test('a person may give their word instead', async () => {
    const attestation = '{id: artifact-integrity, with: {attestation: .github/integrity.yml}}';

    expect(
      (
        await judged(attestation, {
          change: (github) => github.files.set('.github/integrity.yml', 'by: alice\nat: 2026-11-16\n'),
        })
      )[0],
    ).toBe('pass');
    expect((await judged(attestation))[0]).toBe('unknown');
  });
});

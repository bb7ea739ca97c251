// What was built and kept: a file out of a workflow run's artifact, an image in a registry, an attestation of where it came from.

/** A workflow run's artifact holds the file, or why there is none. `pending`: the run that would bring it still runs. */
export type ArtifactFileFact =
  | {
      readonly found: true;
      readonly text: string;
      /** Its name inside the artifact. */
      readonly entry: string;
      readonly run: { readonly id: number; readonly event: string; readonly url: string };
    }
  | { readonly found: false; readonly because: string; readonly remedy: string; readonly pending: boolean };

/** What a registry says of a name with a tag or a digest. */
export type ImageFact =
  | { readonly found: true; readonly digest: string; readonly mediaType: string }
  | { readonly found: false; readonly because: string };

/** An attestation as GitHub keeps it, read and not verified: what it says of itself. Empty where it does not say. */
export interface AttestationFact {
  /** The kind of statement, e.g. `https://slsa.dev/provenance/v1`. */
  readonly predicate: string;
  /** Digests of what it speaks of, `sha256:…`. */
  readonly subjects: readonly string[];
  /** `https://github.com/owner/name` that built it. */
  readonly repository: string;
  /** Path of the workflow file. */
  readonly workflow: string;
  readonly ref: string;
  readonly sha: string;
}

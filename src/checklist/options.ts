// Shapes of options that several criteria take: percentages, durations, severities, globs, somebody's word, where a report lies.
import { z } from 'zod';
import { alertSources } from '../evidence/alert.ts';
import { parseDuration } from '../kit/duration.ts';
import { once } from '../kit/once.ts';
import { parsePercent } from '../kit/percent.ts';

/** `80 %` as a fraction 0..1. */
export const percentage = once(() =>
  z.string().transform((text, context): number => {
    const value = parsePercent(text);
    if (value !== undefined && value >= 0 && value <= 1) return value;
    context.addIssue({ code: 'custom', message: `“${text}” is not a percentage from 0 % to 100 %, such as 80 %` });
    return z.NEVER;
  }),
);

/** `7d` in milliseconds. */
export const span = once(() =>
  z.string().transform((text, context): number => {
    const value = parseDuration(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: `“${text}” is not a duration, such as 90s, 5m or 7d` });
    return z.NEVER;
  }),
);

/** Severities of vulnerabilities, mildest first. `max: medium` lets low and medium through. */
export const severities = ['none', 'low', 'medium', 'high', 'critical'] as const;
export const severity = once(() => z.enum(severities));
export type Severity = (typeof severities)[number];

export const globs = once(() => z.array(z.string().min(1)).min(1));

/** Options of every criterion that somebody's word may settle. */
export const wordOptions = once(() => ({
  attestation: z
    .string()
    .min(1)
    .optional()
    .describe('where it is attested; default .github/attestations/<id>.yml or .md'),
  'max-age': span().optional().describe('how old the word may be; default 90d'),
}));

/** `from:` of a report: the artifact that holds it, and the workflow file whose newest run on the commit uploaded it. */
export const artifactFrom = once(() =>
  z
    .strictObject({
      artifact: z.string().min(1),
      workflow: z
        .string()
        .min(1)
        .optional()
        .describe('its file name; else whichever workflow of the commit has the artifact'),
    })
    .describe('the artifact of a workflow run on this commit, or on one with the identical tree; else the workspace'),
);
export type ArtifactFrom = z.output<ReturnType<typeof artifactFrom>>;

/** Options whose `from:` names the artifact that holds the file under `key`. Without that file there is nothing to take out of it. */
export function fromWith<Shape extends z.ZodObject>(key: string, shape: Shape): Shape {
  const isWhole = (given: Readonly<Record<string, unknown>>) => given.from === undefined || given[key] !== undefined;
  return shape.refine(isWhole, {
    path: ['from'],
    error: `from: says where the file under ${key}: lies, and there is none`,
    params: { fix: `Name the file of the artifact under ${key}:, or take from: out` },
  });
}

/** `from:` beside a folder: refused with the way to go about it, for an artifact is asked for one file at a time. */
export const noFolderFrom = once(() =>
  z
    .unknown()
    .refine((given) => given === undefined, {
      error: 'from: brings one file of an artifact, and here a folder is looked at in the workspace',
      params: {
        fix: 'Download the artifact in a step before the gate (actions/download-artifact), and take from: out',
      },
    })
    .optional()
    .describe('not taken: download the artifact into the workspace before the gate'),
);

const manifestOptions = once(() => ({
  manifests: globs()
    .optional()
    .describe('files of the repository; default: those in folders called k8s, deploy and so on'),
  rendered: z.string().min(1).optional().describe('what helm template or kubectl kustomize wrote'),
  from: artifactFrom().optional(),
  ...wordOptions(),
}));

/** The options of a criterion about manifests, with those of its own. */
export function manifestShape<Own extends z.core.$ZodLooseShape>(own: Own) {
  return fromWith('rendered', z.strictObject({ ...manifestOptions(), ...own }));
}

export type ManifestOptions = z.output<z.ZodObject<ReturnType<typeof manifestOptions>>>;

/** Formats of coverage reports that are read. */
export const coverageFormats = ['lcov', 'cobertura', 'clover', 'istanbul'] as const;

const alertSource = once(() => z.enum(alertSources));
/** Where evidence of a scan comes from: open alerts of one or several of GitHub's scanners, or an artifact that holds the reports. */
export const scanFrom = once(() => z.union([alertSource(), z.array(alertSource()).min(1), artifactFrom()]));

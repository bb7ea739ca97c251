// Where in the repository a scanner's results lie: the lines that a SARIF result names.
import { z } from 'zod';
import type { Place } from './finding.ts';
import type { Severity } from './options.ts';

/** A line with the severity of what stands there. */
export interface ScanPlace extends Place {
  readonly severity: Severity;
}

/** What of a location does not fit is none: it must not make the report unreadable. */
const location = z
  .looseObject({
    physicalLocation: z.looseObject({
      artifactLocation: z.looseObject({ uri: z.string() }),
      region: z.looseObject({ startLine: z.int().min(1), endLine: z.int().min(1).optional() }),
    }),
  })
  .optional()
  .catch(undefined);

/** The keys of a SARIF result that say where and what; beside those that a reader of its own asks for. */
export const placed = {
  message: z.looseObject({ text: z.string().optional() }).optional().catch(undefined),
  locations: z.array(location).optional().catch(undefined),
};

const shape = z.looseObject({ ruleId: z.string().optional(), ...placed });

/** The lines that a result names. Paths count from the root of the repository on, as code scanning takes them. */
export function placesOf({ ruleId, message, locations = [] }: z.output<typeof shape>): readonly Place[] {
  const said = `${ruleId === undefined ? '' : `${ruleId}: `}${message?.text ?? 'see the report'}`;
  return locations.flatMap((one) => {
    if (one === undefined) return [];
    const { artifactLocation, region } = one.physicalLocation;
    const path = artifactLocation.uri.replace(/^(?:\.\/)+/, '');
    return [{ path, line: region.startLine, to: Math.max(region.endLine ?? 0, region.startLine), message: said }];
  });
}

// Reads the inputs at the door: all faults at once, secrets masked before anything is said.
import * as core from '@actions/core';
import type { z } from 'zod';
import { secretInputs } from '../kit/input.ts';
import { Problem } from '../kit/problem.ts';

/** A strict object schema: its keys are the names of the inputs. */
export type InputSchema<Inputs> = z.ZodType<Inputs> & { readonly shape: Readonly<Record<string, unknown>> };

/** The inputs as zod parses them. Throws a Problem that names every bad input. */
export function readInputs<Inputs>(schema: InputSchema<Inputs>): Inputs {
  const given = Object.fromEntries(Object.keys(schema.shape).map((name) => [name, core.getInput(name)]));
  for (const name of secretInputs) {
    const value = given[name];
    for (const secret of pieces(value)) core.setSecret(secret);
  }
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const faults = read.error.issues.map((issue) => `input ${issue.path.join('.')}: ${issue.message}`);
  throw new Problem({
    what: faults.length === 1 ? 'An input is wrong' : `${faults.length} inputs are wrong`,
    where: faults.join('; '),
    fix: 'Correct the `with:` block of this step.',
    reason: 'bad-input',
  });
}

/** Values that must never leave the process: the secret inputs, and every environment variable whose name sounds secret. */
export function secretsOf(inputs: Readonly<Record<string, unknown>>, env: NodeJS.ProcessEnv): readonly string[] {
  const named = secretInputs.flatMap((name) => inputs[name]).flatMap(pieces);
  const sounding = Object.entries(env)
    .filter(([name]) =>
      /(TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_?KEY|WEBHOOK|DATABASE_URL|_DSN)/i.test(name),
    )
    .map(([, value]) => value ?? '');
  // Short values of mere suspects ("true", "none") would eat ordinary words.
  return [...new Set([...named, ...sounding.filter((value) => value.length >= 8)])];
}

/** A secret of several lines is several secrets: each may stand alone in a text. */
function pieces(value: unknown): readonly string[] {
  if (typeof value !== 'string') return [];
  const lines = value.split('\n').map((line) => line.trim());
  return [...new Set([value, ...lines])].filter((piece) => piece !== '');
}

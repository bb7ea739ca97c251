// Words of the criteria in environment-settings.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { wordOptions } from '../../options.ts';

const names = once(() => z.array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/)).min(1));

export const secretsPresent = {
  id: 'secrets-present-in-environment',
  title: 'Secrets are there',
  moment: 'deploy',
  with: once(() =>
    z.strictObject({ ...wordOptions(), names: names().optional().describe('secrets that the environment must have') }),
  ),
} as const;

export const secretsPerEnvironment = {
  id: 'secrets-per-environment',
  title: 'Each environment has its own secrets',
  moment: 'deploy',
  with: once(() =>
    z.strictObject({
      ...wordOptions(),
      shared: names().optional().describe('secrets of the repository that all environments may share'),
    }),
  ),
} as const;

export const variablesSet = {
  id: 'environment-variables-set',
  title: 'Environment variables set',
  moment: 'deploy',
  with: once(() =>
    z.strictObject({
      ...wordOptions(),
      example: z.string().min(1).default('.env.example').describe('file of the repository whose keys must all be set'),
      names: names().optional().describe('instead of the keys of a file'),
      except: z.array(z.string()).default([]).describe('keys that need not be set'),
      in: z
        .string()
        .min(1)
        .optional()
        .describe('file of the repository that sets them; default: variables and secrets of the environment'),
    }),
  ),
} as const;

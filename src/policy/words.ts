/** The small words that the parts of an effective policy share. */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type Tier = 'zero' | 'low' | 'medium' | 'high';
export type Severity = 'P0' | 'P1' | 'P2' | 'P3';
export type WayBack = 'auto' | 'flag' | 'traffic' | 'redeploy' | 'database';
export type BreachAction = 'hold' | 'ask' | 'rollback' | 'page';
export type InFlight = 'wait' | 'supersede' | 'close';
export type Enforce = 'full' | 'report';
/** A command: one text for a shell, or program and arguments. */
export type CommandLine = string | readonly string[];

/** Conditions on the change; every key given must hold, any entry of a list is enough. */
export type When = {
  readonly labels?: readonly string[] | undefined;
  readonly areas?: readonly string[] | undefined;
  readonly paths?: readonly string[] | undefined;
  readonly onlyPaths?: readonly string[] | undefined;
  readonly onlyAdded?: true | undefined;
  readonly migration?: readonly ('expand' | 'contract' | 'any')[] | undefined;
  readonly flag?: 'disabled' | undefined;
  readonly types?: readonly string[] | undefined;
};

export type Unit = { readonly name?: string | undefined; readonly paths: readonly string[] };
export type Area = { readonly name: string; readonly paths: readonly string[]; readonly labels: readonly string[] };
export type Approval = { readonly role: string; readonly count: number };
/** The words a type, a tier and an environment share. */
export type Chosen = {
  readonly plan?: string | undefined;
  readonly approvals?: readonly Approval[] | undefined;
  readonly requiredOnly?: readonly string[] | undefined;
};

// Secrets that a suite shows: values that stand in the file, and captures that sound like one and are not kept.
import type { Check } from './shape.ts';
import type { Suite } from './suite.ts';
import { namesIn } from './template.ts';

/** Names of what is most often a secret. */
const sounds = /passw|secret|token|api[_-]?key|credential/i;

/** Values that look like secrets and stand in the file. */
export function secretsInFile({
  vars,
  environments,
  checks,
}: Suite): readonly { readonly text: string; readonly check?: Check }[] {
  const written = [
    ...Object.entries(vars),
    ...Object.values(environments).flatMap((place) => Object.entries(place.vars)),
  ];
  const named = written.filter(([name, text]) => sounds.test(name) && text !== '' && namesIn(text).length === 0);
  const sent = checks.filter(({ http, expect }) => {
    // A stranger who must be refused may show what he likes.
    const refused = (expect.status ?? []).some((one) => one === '4xx' || (typeof one === 'number' && one >= 400));
    const headers = Object.entries(http?.headers ?? {});
    return (
      !refused &&
      headers.some(([name, text]) => /^(authorization|x-api-key)$/i.test(name) && namesIn(text).length === 0)
    );
  });
  const asked = checks.filter(({ sql }) => /\/\/[^/@{]*:[^/@{]+@/.test(sql?.url ?? ''));
  return [
    ...named.map(([name]) => ({
      text: `vars.${name} seems to be a secret, for everyone to read: name an environment variable under \`secrets\`, and write {{ secrets.NAME }}`,
    })),
    ...[...sent, ...asked].map((check) => ({
      text: `${check.id} sends credentials that stand in the file: name an environment variable under \`secrets\`, and write {{ secrets.NAME }}`,
      check,
    })),
  ];
}

/** Captures that seem secrets, and are not marked as such. */
export function shownCaptures({ id, capture }: Check): readonly string[] {
  return Object.entries(capture).flatMap(([name, { secret }]) =>
    secret || !sounds.test(name)
      ? []
      : [`${id} captures ${name}, which seems a secret and may be shown: add \`secret: true\` to it`],
  );
}

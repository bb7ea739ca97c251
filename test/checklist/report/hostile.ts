// Files that prove nothing to any reader: empty, cut, huge, of another format, made to harm.

const bomb = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><testsuite tests="1"><testcase name="&b;"/></testsuite>`;

/** By what each of them is. Every reader answers `unreadable` to all of them. */
export const hostile: readonly (readonly [string, string])[] = [
  ['empty', ''],
  ['blank', ' \n\t'],
  ['words', 'all is well'],
  ['a picture', '\u0089PNG\r\n\u001a\n\u0000\u0000'],
  ['JSON of nothing', 'null'],
  ['an empty JSON object', '{}'],
  ['an empty JSON list', '[]'],
  ['cut JSON', '{"total": {"lines": {"total": 10, "cov'],
  ['JSON nested deep', '['.repeat(100_000)],
  ['JSON that reaches for the prototype', '{"__proto__": {"lines": {"total": 1, "covered": 1}}}'],
  ['a number', '100'],
  ['HTML', '<!DOCTYPE html><html><body>ok</body></html>'],
  ['an entity bomb', bomb],
  ['cut XML', '<testsuites><testsuite tests="1"><testcase name="a"'],
  ['XML with two roots', '<testsuite/><testsuite/>'],
  ['XML nested deep', `${'<testsuite>'.repeat(5000)}${'</testsuite>'.repeat(5000)}`],
  ['XML that reaches for the prototype', '<testsuite><__proto__ tests="1"/></testsuite>'],
  [
    'an external entity',
    '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><testsuite><testcase name="&x;"/></testsuite>',
  ],
  ['UTF-16', '\uFFFD\uFFFD[\u0000{\u0000}\u0000]\u0000'],
  ['an archive', 'PK\u0003\u0004\u0014\u0000\u0000\u0000'],
  [
    'nothing but values',
    `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[${'{},'.repeat(1_100_000)}{}]}]}`,
  ],
  ['nothing but elements', `<testsuite>${'<a/>'.repeat(2_100_000)}</testsuite>`],
  ['nothing but attributes', `<testsuite ${Array.from({ length: 1001 }, (_, n) => `a${n}=""`).join(' ')}/>`],
  ['a comment without end', `<testsuite><!--${' <!--'.repeat(2000)}`],
];

/** One character more than is read. */
export const tooLarge = `[${' '.repeat(20 * 1024 * 1024)}]`;

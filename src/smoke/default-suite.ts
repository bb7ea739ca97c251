// What is asked where the repository has no suite file: the first page, and the certificate where the address is https.
import { type Suite, suiteOrProblem } from './suite.ts';

const page = `
version: 1
name: default
checks:
  - {id: home, title: The first page answers, http: {url: /}, expect: {status: [2xx, 3xx]}}
`;

// 14 days: enough to renew by hand what should have renewed itself.
const certificate = `
  - id: certificate
    title: The certificate is valid for more than 14 days
    http: {url: /}
    expect: {status: [1xx, 2xx, 3xx, 4xx, 5xx], certificate: {days_left: {gt: 14}}}
`;

/** The suite of a repository that has none. */
export function defaultSuite(baseUrl: string): Suite {
  const secure = baseUrl.startsWith('https:');
  // It stands in no file, so that nothing is on a line of one.
  return { ...suiteOrProblem(secure ? `${page.trimEnd()}${certificate}` : page, 'the built-in suite'), lines: {} };
}

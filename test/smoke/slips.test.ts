// What newcomers write, and what the suite's reader says to it: where, what, and what to write instead.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { formatFault } from '../../src/policy/fault.ts';
import { loadLibraries } from '../../src/smoke/library.ts';
import { readSuite } from '../../src/smoke/suite.ts';

beforeAll(loadLibraries);

function faultsOf(text: string): readonly string[] {
  const read = readSuite(text, 's');
  return read.kind === 'faults' ? read.faults.map((fault) => formatFault(fault).replace(/^s:/, '')) : [];
}

describe('a slip is told so that it can be mended', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'an address for a request',
      'version: 1\nchecks:\n  - {id: a, http: /health}\n',
      ['3:19: found /health, expected a map of keys. Write {url: /health}'],
    ],
    [
      'an address and a status, line by line',
      'version: 1\nchecks:\n  - id: a\n    http: /health\n    expect: 200\n',
      [
        '4:11: found /health, expected a map of keys. Write {url: /health}',
        '5:13: found 200, expected a map of keys. Write {status: 200}',
      ],
    ],
    [
      'a status for what is expected',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: 200}\n',
      ['3:37: found 200, expected a map of keys. Write {status: 200}'],
    ],
    [
      'a word for what is expected',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: ok}\n',
      ['3:37: found ok, expected a map of keys. Write {status: 200} or what else is expected'],
    ],
    [
      'statuses for what is expected',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: [200, 201]}\n',
      ['3:37: found a list, expected a map of keys. Write {status: [200, 201]}'],
    ],
    [
      'checks as a map of ids',
      'version: 1\nchecks:\n  home:\n    http: {url: /}\n  login:\n    http: {url: /login}\n',
      ['3:3: found a map, expected a list of checks. Write each check as an item with its id: - id: home'],
    ],
    [
      'an address for the checks',
      'version: 1\nchecks: /health\n',
      ['2:9: found /health, expected a list of checks. Write - {id: home, http: {url: /}}'],
    ],
    [
      'addresses for checks',
      'version: 1\nchecks:\n  - /health\n  - https://x.example/\n',
      [
        '3:5: found /health, expected a map of keys. Write {id: health, http: {url: /health}}',
        '4:5: found https://x.example/, expected a map of keys. Write {id: home, http: {url: https://x.example/}}',
      ],
    ],
    [
      'one check without its dash',
      'version: 1\nchecks: {id: a, http: {url: /}}\n',
      ['2:9: found a map, expected a list of checks. Write a dash before it: - id: …'],
    ],
    [
      'an address to wait for',
      'version: 1\nready: /version\nchecks: [{id: a, http: {url: /}}]\n',
      ['2:8: found /version, expected a map of keys. Write {http: {url: /version}}'],
    ],
    [
      'an address within what to wait for',
      'version: 1\nready: {http: /version}\nchecks: [{id: a, http: {url: /}}]\n',
      ['2:15: found /version, expected a map of keys. Write {url: /version}'],
    ],
    [
      'a request without http',
      'version: 1\nready: {url: /version}\nchecks: [{id: a, http: {url: /}}]\n',
      ['2:8: “http” is missing. Add http: here', '2:9: unknown key “url” in ready. Write it within http'],
    ],
    [
      'keys in camelCase',
      'version: 1\ndefaults: {connectTimeout: 2s, maxBody: 1MiB}\nchecks:\n  - {id: a, http: {url: /}, expect: {daysLeft: 1, redirectTo: /x}}\n',
      [
        '2:12: unknown key “connectTimeout” in defaults. Did you mean “connect_timeout”?',
        '2:32: unknown key “maxBody” in defaults. Did you mean “max_body”?',
        '4:38: unknown key “daysLeft” in checks.expect. Did you mean “days_left”?',
        '4:51: unknown key “redirectTo” in checks.expect. Did you mean “redirect_to”?',
      ],
    ],
    [
      'keys in kebab-case',
      'version: 1\ndefaults: {connect-timeout: 2s}\nchecks:\n  - {id: a, http: {url: /}, expect: {redirect-to: /x}}\n',
      [
        '2:12: unknown key “connect-timeout” in defaults. Did you mean “connect_timeout”?',
        '4:38: unknown key “redirect-to” in checks.expect. Did you mean “redirect_to”?',
      ],
    ],
    [
      'a key that YAML takes for a truth value',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, retry: {on: [network]}}\n',
      ['3:37: “on” as a key: some YAML readers take it for a truth value. Write for: if this is about what is retried'],
    ],
    [
      'that key in quotes',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, retry: {"on": [network]}}\n',
      ['3:37: unknown key “on” in checks.retry. Did you mean “for”?'],
    ],
    [
      'a secret that is not declared',
      'version: 1\nchecks:\n  - {id: a, http: {url: "/{{ secrets.API_TOKEN }}"}}\n',
      [
        '3:25: nothing gives “{{ secrets.API_TOKEN }}” a value here. Name it at the top of the suite: secrets: [API_TOKEN]',
      ],
    ],
    [
      'an environment variable as it is called elsewhere',
      'version: 1\nchecks:\n  - {id: a, http: {url: "/{{ env.API_TOKEN }}"}}\n',
      [
        '3:25: nothing gives “{{ env.API_TOKEN }}” a value here. Name it at the top of the suite: secrets: [API_TOKEN], and write {{ secrets.API_TOKEN }}',
      ],
    ],
    [
      'the bare name of a secret',
      'version: 1\nsecrets: [API_TOKEN]\nchecks:\n  - {id: a, http: {url: "/{{ API_TOKEN }}"}}\n',
      ['4:25: nothing gives “{{ API_TOKEN }}” a value here. Write {{ secrets.API_TOKEN }}'],
    ],
    [
      'a variable and a captured value with the place that they come from',
      'version: 1\nvars: {shop: main}\nchecks:\n  - {id: login, http: {url: /}, capture: {token: {json: $.t}}}\n  - {id: a, http: {url: "/{{ vars.shop }}/{{ login.token }}"}}\n',
      [
        '5:25: nothing gives “{{ vars.shop }}” a value here. Write {{ shop }}',
        '5:25: nothing gives “{{ login.token }}” a value here. “login” captures token: write {{ token }}, and needs: [login]',
      ],
    ],
    [
      'a captured value that is misspelt',
      'version: 1\nchecks:\n  - {id: make, http: {url: /}, capture: {order: {json: $.id}}}\n  - {id: a, needs: [make], http: {url: "/{{ ordr }}"}}\n',
      ['4:40: nothing gives “{{ ordr }}” a value here. Did you mean “order”?'],
    ],
    [
      'a value that nothing gives',
      'version: 1\nchecks:\n  - {id: a, http: {url: "/{{ order }}"}}\n',
      [
        '3:25: nothing gives “{{ order }}” a value here. Give it a value under vars, or capture it in a check that this one needs. Known here: deployment.sha, deployment.version, run.id, environment',
      ],
    ],
    [
      'a request whose address is not further in',
      'version: 1\nchecks:\n  - id: a\n    http:\n    url: /\n',
      ['4:5: “http” is empty. Write its value behind it, or further in on the lines below'],
    ],
    [
      'a colon in a title',
      'version: 1\nchecks:\n  - id: a\n    title: Home: loads\n    http: {url: /}\n',
      ['4:12: not YAML: a key stands behind another on the same line. Write title: "Home: loads"'],
    ],
    [
      'a path without its slash, and hosts without their scheme',
      'version: 1\nchecks:\n  - {id: a, http: {url: version.json}}\n  - {id: b, http: {url: shop.example/x}}\n  - {id: c, http: {url: "localhost:3000"}}\n',
      [
        '3:25: “version.json” must be a path such as /health, or begin with http:// or https://. Write /version.json',
        '4:25: “shop.example/x” must be a path such as /health, or begin with http:// or https://. Write https://shop.example/x',
        '5:25: “localhost:3000” must be a path such as /health, or begin with http:// or https://. Write http://localhost:3000',
      ],
    ],
    [
      'two bodies',
      'version: 1\nchecks:\n  - {id: a, http: {method: POST, url: /, json: {a: 1}, form: {b: 2}}}\n',
      [
        '3:19: the request has several bodies: json, form. Write only one of json, form, multipart, body, file, graphql',
      ],
    ],
    [
      'a class of statuses in capitals',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: {status: 2XX}}\n',
      ['3:46: “2XX” must be a status such as 200, or a class such as 2xx. Write 2xx'],
    ],
    [
      'seconds without their unit',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, timeout: 5}\n',
      ['3:38: found 5, expected a duration such as 500ms, 5s or 2m. Write 5s'],
    ],
    [
      'milliseconds without their unit',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, timeout: 5000}\n',
      ['3:38: found 5000, expected a duration such as 500ms, 5s or 2m. Write 5000ms'],
    ],
    [
      'a number as a text for a time',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, timeout: "5"}\n',
      ['3:38: “5” is not a duration such as 500ms, 5s or 2m. Write 5s'],
    ],
    [
      'a time in words',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, timeout: 5 seconds}\n',
      ['3:38: “5 seconds” is not a duration such as 500ms, 5s or 2m. Write 5s'],
    ],
    [
      'a bound without its unit',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: {below: 500}}\n',
      ['3:45: found 500, expected a duration such as 500ms, 5s or 2m. Write 500ms'],
    ],
    [
      'a status in quotes',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: {status: "200"}}\n',
      ['3:46: “200” must be a number. Write 200, without quotes'],
    ],
    [
      'a status in quotes in a list',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: {status: ["200"]}}\n',
      ['3:47: “200” must be a number. Write 200, without quotes'],
    ],
    [
      'a range of statuses',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: {status: 200-299}}\n',
      ['3:46: “200-299” must be a status such as 200, or a class such as 2xx. Write 2xx'],
    ],
    [
      'a status in words',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: {status: OK}}\n',
      ['3:46: “OK” must be a status such as 200, or a class such as 2xx. Write it like 200'],
    ],
    [
      'a path behind json',
      'version: 1\nchecks:\n  - id: a\n    http: {url: /}\n    expect:\n      json: $.a: 1\n',
      ['6:13: not YAML: a key stands behind another on the same line. Write json: {$.a: 1}'],
    ],
    [
      'a path without what it is to be',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: {json: $.ok}}\n',
      ['3:44: found $.ok, expected a map of keys. Write {$.ok: {exists: true}}'],
    ],
    [
      'paths as a list',
      'version: 1\nchecks:\n  - id: a\n    http: {url: /}\n    expect:\n      json:\n        - $.a: 1\n',
      ['7:9: found a list, expected a map of keys. Leave the dashes out'],
    ],
    [
      'a header in one text',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: {header: "content-type: text/html"}}\n',
      ['3:46: found content-type: text/html, expected a map of keys. Write {content-type: text/html}'],
    ],
    [
      'a selector without what it is to be',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: {html: h1}}\n',
      ['3:44: found h1, expected a map of keys. Write {h1: {exists: true}}'],
    ],
    [
      'a tab',
      'version: 1\nchecks:\n\t- {id: a, http: {url: /}}\n',
      ['3:1: not YAML: Tabs are not allowed as indentation. Indent with spaces'],
    ],
    [
      'a fault between Windows line ends',
      'version: 1\r\nchecks:\r\n  - {id: a, http: {ur: /}}\r\n',
      ['3:19: “url” is missing. Add url: here', '3:20: unknown key “ur” in checks.http. Did you mean “url”?'],
    ],
    [
      'a fault behind a byte-order mark',
      '﻿version: 2\nchecks:\n  - {id: a, http: {url: /}}\n',
      ['1:10: “2” must be 1, the only version of the suite file there is. Write 1'],
    ],
    ['an empty file', '', ['1:1: the file is empty. Begin with the line “version: 1”']],
    ['blank lines', '\n\n  \n', ['1:1: the file is empty. Begin with the line “version: 1”']],
    [
      'comments alone',
      '# nothing yet\n# to do\n',
      ['1:1: the file holds nothing but comments. Begin with the line “version: 1”'],
    ],
    [
      'two documents',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}}\n---\nversion: 1\nchecks:\n  - {id: b, http: {url: /}}\n',
      ['4:1: a second document begins here. Remove the line `---` and what follows it'],
    ],
    [
      'a list alone',
      '- {id: a, http: {url: /}}\n',
      ['1:1: the file is not a map of keys. Begin with the line “version: 1”, then name this list, such as “checks:”'],
    ],
    [
      'an id three times',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}}\n  - {id: a, http: {url: /}}\n  - {id: a, http: {url: /}}\n',
      [
        '4:10: the id “a” stands twice, first in line 3. Rename one of the two checks',
        '5:10: the id “a” stands twice, first in line 3. Rename one of the two checks',
      ],
    ],
    [
      'a need that is misspelt',
      'version: 1\nchecks:\n  - {id: login, http: {url: /}}\n  - {id: b, http: {url: /}, needs: [logn]}\n',
      ['4:37: no check has the id “logn”. Did you mean “login”?'],
    ],
    [
      'a need that is no list',
      'version: 1\nchecks:\n  - {id: login, http: {url: /}}\n  - {id: b, http: {url: /}, needs: login}\n',
      ['4:36: found login, expected a list. Write [login]'],
    ],
    [
      'a need like no id',
      'version: 1\nchecks:\n  - {id: login, http: {url: /}}\n  - {id: b, http: {url: /}, needs: [xyz]}\n',
      ['4:37: no check has the id “xyz”. Known here: login, b'],
    ],
    [
      'a number for an id',
      'version: 1\nchecks:\n  - {id: 1, http: {url: /}}\n',
      ['3:10: found 1, expected a name of letters, digits, “-”, “_” and “.”. Write "1", in quotes'],
    ],
    [
      'an id of two words',
      'version: 1\nchecks:\n  - {id: my check, http: {url: /}}\n',
      ['3:10: “my check” is not a name of letters, digits, “-”, “_” and “.”. Write my-check'],
    ],
    ['no id', 'version: 1\nchecks:\n  - {http: {url: /}}\n', ['3:5: “id” is missing. Add id: here']],
    [
      'an id of other letters',
      'version: 1\nchecks:\n  - {id: Über uns, http: {url: /}}\n',
      ['3:10: “Über uns” is not a name of letters, digits, “-”, “_” and “.”. Write Uber-uns'],
    ],
    [
      'a duration in words',
      'version: 1\nbudget: soon\nchecks: [{id: a, http: {url: /}}]\n',
      ['2:9: “soon” is not a duration such as 500ms, 5s or 2m. Write it like 500ms'],
    ],
    [
      'a path without its dot, and one that counts',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: {json: {$a: 1, $.b.length(): 2}}}\n',
      [
        '3:45: the key “$a” must be a JSONPath (RFC 9535) such as $.user.roles[0] or $.items[?@.price > 10].name. Write $.a',
        '3:52: the key “$.b.length()” must be a JSONPath (RFC 9535) such as $.user.roles[0] or $.items[?@.price > 10].name. Write $.b, and the rule {count: …}',
      ],
    ],
    [
      'a bracket that stands for itself in a pattern',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: {body: {matches: "("}}}\n',
      [
        '3:54: “(” must be a regular expression that needs linear time (RE2: no look-around, no back-reference): missing closing ): `(`. Write it like v\\d+\\.\\d+, with a \\ before each sign that stands for itself, such as \\( or \\+',
      ],
    ],
    [
      'a look-ahead in a capture',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, capture: {b: {matches: "(?!x)y"}}}\n',
      [
        '3:52: “(?!x)y” must be a regular expression that needs linear time (RE2: no look-around, no back-reference): invalid or unsupported Perl syntax: `(?!`. Write what must be there as `matches`, and what must not as not: {matches: …}',
      ],
    ],
    [
      'a header with a space',
      'version: 1\nchecks:\n  - {id: a, http: {url: /, headers: {"Content Type": json}}}\n',
      ['3:38: the key “Content Type” must be the name of an HTTP header. Write Content-Type'],
    ],
    [
      'addresses where hosts are asked for',
      'version: 1\nnetwork: {hosts: ["https://cdn.example/x"]}\nchecks:\n  - {id: a, tls: {host: "https://db.example:5432"}}\n',
      [
        '2:19: “https://cdn.example/x” must be a host such as shop.example or *.shop.example. Write cdn.example',
        '4:25: “https://db.example:5432” must be a host name, without scheme and port. Write db.example',
      ],
    ],
    [
      'an address without its scheme',
      'version: 1\nenvironments: {production: {base: shop.example}}\nchecks: [{id: a, http: {url: /}}]\n',
      ['2:35: “shop.example” must begin with http:// or https://. Write https://shop.example'],
    ],
    [
      'a name for the id',
      'version: 1\nchecks:\n  - {name: home, http: {url: /}}\n',
      ['3:5: “id” is missing. Add id: here', '3:6: unknown key “name” in checks. Did you mean “id”?'],
    ],
    [
      'an address beside the id',
      'version: 1\nchecks:\n  - {id: a, url: /}\n',
      ['3:13: unknown key “url” in checks. Write it within http or sql'],
    ],
    [
      'a method beside the id',
      'version: 1\nchecks:\n  - {id: a, method: GET, path: /health}\n',
      [
        '3:13: unknown key “method” in checks. Write it within http',
        '3:26: unknown key “path” in checks. Write url within http or sql',
      ],
    ],
    [
      'path for url',
      'version: 1\nchecks:\n  - {id: a, http: {path: /health}}\n',
      ['3:19: “url” is missing. Add url: here', '3:20: unknown key “path” in checks.http. Did you mean “url”?'],
    ],
    [
      'a method in small letters',
      'version: 1\nchecks:\n  - {id: a, http: {url: /, method: post}}\n',
      [
        '3:36: “post” is not known here. Did you mean “POST”? Known: GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE, TRACE',
      ],
    ],
    [
      'steps for checks',
      'version: 1\nsteps:\n  - {id: a, http: {url: /}}\n',
      ['1:1: “checks” is missing. Add checks: here', '2:1: unknown key “steps”. Did you mean “checks”?'],
    ],
    [
      'a version in quotes',
      'version: "1"\nchecks: [{id: a, http: {url: /}}]\n',
      ['1:10: “1” must be 1, the only version of the suite file there is. Write 1, without quotes'],
    ],
    [
      'assert for expect',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, assert: {status: 200}}\n',
      ['3:29: unknown key “assert” in checks. Did you mean “expect”?'],
    ],
    [
      'headers for header',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: {headers: {x: y}}}\n',
      ['3:38: unknown key “headers” in checks.expect. Did you mean “header”?'],
    ],
    [
      'a host for tls',
      'version: 1\nchecks:\n  - {id: a, tls: example.com}\n',
      ['3:18: found example.com, expected a map of keys. Write {host: example.com}'],
    ],
    [
      'a name for dns',
      'version: 1\nchecks:\n  - {id: a, dns: example.com}\n',
      ['3:18: found example.com, expected a map of keys. Write {name: example.com}'],
    ],
    [
      'a port for tcp',
      'version: 1\nchecks:\n  - {id: a, tcp: 5432}\n',
      ['3:18: found 5432, expected a map of keys. Write {port: 5432}'],
    ],
    [
      'a program for a command',
      'version: 1\nchecks:\n  - {id: a, command: ./x.sh}\n',
      ['3:22: found ./x.sh, expected a map of keys. Write {run: ./x.sh}'],
    ],
    [
      'a query for sql',
      'version: 1\nchecks:\n  - {id: a, sql: select 1}\n',
      ['3:18: found select 1, expected a map of keys. Write {url: "{{ secrets.DATABASE_URL }}", query: select 1}'],
    ],
    [
      'an address to clean up',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, cleanup: /x}\n',
      ['3:38: found /x, expected a map of keys. Write {http: {method: DELETE, url: /x}}'],
    ],
    [
      'a path to capture',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, capture: {t: $.t}}\n',
      ['3:42: found $.t, expected a map of keys. Write {json: $.t}'],
    ],
    [
      'a number of retries',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, retry: 3}\n',
      ['3:36: “3” must be none or a map of keys. Write {attempts: 3}'],
    ],
    [
      'one tag',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, tags: core}\n',
      ['3:35: found core, expected a list. Write [core]'],
    ],
    [
      'one secret',
      'version: 1\nsecrets: TOKEN\nchecks: [{id: a, http: {url: /}}]\n',
      ['2:10: found TOKEN, expected a list. Write [TOKEN]'],
    ],
    [
      'a secret in small letters',
      'version: 1\nsecrets: [token]\nchecks: [{id: a, http: {url: /}}]\n',
      ['2:11: “token” must be the name of an environment variable in capitals. Write TOKEN'],
    ],
    [
      'a map for a body',
      'version: 1\nchecks:\n  - {id: a, http: {url: /, body: {a: 1}}}\n',
      ['3:34: found a map, expected a text. Write json: instead of body: for what is no text'],
    ],
    [
      'headers as a list',
      'version: 1\nchecks:\n  - {id: a, http: {url: /, headers: ["a: b"]}}\n',
      ['3:37: found a list, expected a map of keys. Write a map of keys'],
    ],
    [
      'a number for a header',
      'version: 1\nchecks:\n  - {id: a, http: {url: /, headers: {x-a: 1}}}\n',
      ['3:43: found 1, expected a text. Write "1", in quotes'],
    ],
    [
      'a severity of others',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, severity: warning}\n',
      ['3:39: “warning” is not known here. Known: blocking, advisory'],
    ],
    [
      'a word of others in a rule',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: {body: {include: x}}}\n',
      ['3:45: unknown key “include” in checks.expect.body. Did you mean “contains”?'],
    ],
    [
      'an exit code in quotes',
      'version: 1\nchecks:\n  - {id: a, command: {run: x}, expect: {exit: "0"}}\n',
      ['3:47: found 0, expected a number. Write 0, without quotes'],
    ],
    [
      'a budget without its unit',
      'version: 1\nbudget: 300\nchecks: [{id: a, http: {url: /}}]\n',
      ['2:9: found 300, expected a duration such as 5m, or a map of keys. Write 300s'],
    ],
    [
      'a number for the concurrency',
      'version: 1\nconcurrency: 8\nchecks: [{id: a, http: {url: /}}]\n',
      ['2:14: found 8, expected a map of keys. Write {total: 8}'],
    ],
    [
      'an address for an environment',
      'version: 1\nenvironments: {staging: https://s.example}\nchecks: [{id: a, http: {url: /}}]\n',
      ['2:25: found https://s.example, expected a map of keys. Write {base: https://s.example}'],
    ],
    [
      'a key between dash and keys',
      'version: 1\nchecks:\n  - id: a\n   http: {url: /}\n',
      [
        '4:1: not YAML: this line begins neither under the one above nor further in. Indent it like the others of its map or list',
      ],
    ],
    [
      'a check without its dash',
      'version: 1\nchecks:\n    id: a\n    http: {url: /}\n',
      ['3:5: found a map, expected a list of checks. Write a dash before it: - id: …'],
    ],
    [
      'no space behind a colon in braces',
      'version: 1\nchecks:\n  - id: a\n    http: {url:/health}\n',
      ['4:12: “url:/health” is empty. Write a space behind the colon: url: /health'],
    ],
    [
      'no space behind a colon',
      'version:1\nchecks:\n  - id: a\n',
      ['1:1: not YAML: a key without its colon. Write a space behind the colon: key: value'],
    ],
    [
      'a brace that nobody closes',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}\n  - {id: b, http: {url: /}}\n',
      ['4:3: not YAML: a map that begins with { has no }. Close it, or indent it'],
    ],
    [
      'a check to take assets from',
      'version: 1\nchecks:\n  - {id: a, assets: home}\n',
      ['3:21: found home, expected a map of keys. Write {from: home}'],
    ],
    [
      'an address to probe',
      'version: 1\nchecks:\n  - {id: a, probe: /health}\n',
      ['3:20: found /health, expected a map of keys. Write {http: {url: /health}}'],
    ],
    [
      'a time for a percentile',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: {latency: {p95: 500ms}}}\n',
      ['3:53: found 500ms, expected a map of keys. Write {lt: 500ms}'],
    ],
  ])('%s', (_name, text, faults) => {
    expect(faultsOf(text)).toEqual(faults);
  });

  test.each([
    [
      'Windows line ends',
      'version: 1\r\nchecks:\r\n  - {id: a, http: {url: /}}\r\n  - id: b\r\n    http: {url: /}\r\n',
    ],
    ['a byte-order mark', '\ufeffversion: 1\nchecks:\n  - {id: a, http: {url: /}}\n  - {id: b, http: {url: /}}\n'],
    [
      'a line that begins a document',
      '---\nversion: 1\nchecks:\n  - {id: a, http: {url: /}}\n  - {id: b, http: {url: /}}\n...\n',
    ],
  ])('%s are none', (_name, text) => {
    expect(readSuite(text, 's')).toMatchObject({ kind: 'suite', suite: { checks: [{ id: 'a' }, { id: 'b' }] } });
  });
});

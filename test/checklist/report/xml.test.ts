// XML as elements: what stands in a tag, what only looks like one, and what is refused.
import { describe, expect, test } from '@jest/globals';
import { readXml, within, wordsIn, type XmlElement } from '../../../src/checklist/report/xml.ts';

type Told = readonly [string, Readonly<Record<string, string>>, readonly Told[]];

function told({ name, attributes, children }: XmlElement): Told {
  return [name, attributes, children.map(told)];
}

function read(text: string): Told | string {
  const xml = readXml(text);
  return xml.kind === 'report' ? told(xml.report) : xml.because;
}

describe('an XML report', () => {
  test.each<[string, string, Told]>([
    ['attributes in either quotes', `<a b="1" c='2'/>`, ['a', { b: '1', c: '2' }, []]],
    ['the other quote inside', `<a b="it's" c='say "x"'/>`, ['a', { b: "it's", c: 'say "x"' }, []]],
    ['a tag’s end inside', '<a b="x > y />"><c/></a>', ['a', { b: 'x > y />' }, [['c', {}, []]]]],
    ['lines and spaces', '<a\n  b = "1"\n></a >', ['a', { b: '1' }, []]],
    ['what a comment hides', '<a><!-- <b> --><c/></a>', ['a', {}, [['c', {}, []]]]],
    ['what CDATA quotes', '<a><![CDATA[<b></a>]]><c/></a>', ['a', {}, [['c', {}, []]]]],
    ['instructions', '<?xml version="1.0"?><a><?x <b> ?><c/></a>', ['a', {}, [['c', {}, []]]]],
    ['a public document type', '<!DOCTYPE a SYSTEM "a.dtd"><a>text &lt;b></a>', ['a', {}, []]],
    ['what is said of the object', '<a __proto_="1" toString="2"/>', ['a', { __proto_: '1', toString: '2' }, []]],
    [
      'order and depth',
      '<a><b><c/></b><c/></a>',
      [
        'a',
        {},
        [
          ['b', {}, [['c', {}, []]]],
          ['c', {}, []],
        ],
      ],
    ],
  ])('reads %s', (_what, text, element) => {
    expect(read(text)).toEqual(element);
  });

  test.each([
    ['cut in a tag', '<a><b c="1', 'it is not well-formed XML, or cut off'],
    ['cut in CDATA', '<a><![CDATA[ <b>', 'it is not well-formed XML, or cut off'],
    ['not closed', '<a><b></a>', 'it is not well-formed XML, or cut off'],
    ['closed by another', '<a></b>', 'it is not well-formed XML, or cut off'],
    ['of two roots', '<a/><b/>', expect.stringMatching(/^it is not /)],
    ['101 deep', `${'<a>'.repeat(101)}${'</a>'.repeat(101)}`, 'it is XML that nobody should read: too deep'],
    ['of a million tags', `<a>${'<b/>'.repeat(1_000_000)}</a>`, 'it has more than 1,000,000 parts'],
  ])('%s is not read', (_what, text, because) => {
    expect(read(text)).toEqual(because);
  });

  test('100 deep is read, and as much as a large report holds', () => {
    const deep = readXml(`${'<a>'.repeat(100)}${'</a>'.repeat(100)}`);
    const many = readXml(`<a>${'<line number="7" hits="3"/>'.repeat(300_000)}</a>`);

    expect(deep.kind === 'report' && within(deep.report, 'a')).toHaveLength(99);
    expect(many.kind === 'report' && wordsIn(within(many.report, 'line')[299_999] ?? many.report, 'hits')).toBe('3');
  });
});

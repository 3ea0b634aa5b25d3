import { describe, expect, it } from 'vitest';
import { AwsFailure, ec2FailureXml, queryFailureXml } from '../../../../sandbox/aws/wire/failure.ts';
import { page } from '../../../../sandbox/aws/wire/pages.ts';
import { QueryParameters } from '../../../../sandbox/aws/wire/query.ts';
import { autoScalingReplyXml, ec2ReplyXml } from '../../../../sandbox/aws/wire/reply.ts';
import { entriesAt, readXml, textAt, writeXml } from '../../../../sandbox/aws/wire/xml.ts';

describe('written XML', () => {
  it('makes an element of each entry of a list, leaves out what is undefined, and escapes text', () => {
    const value = { set: [{ name: 'a<b&"c"' }, { name: undefined }], at: new Date(0), none: undefined, yes: true };
    expect(writeXml(value, 'item')).toBe(
      '<set><item><name>a&lt;b&amp;&quot;c&quot;</name></item><item></item></set><at>1970-01-01T00:00:00.000Z</at><yes>true</yes>',
    );
  });

  it('calls entries member for the older services, within a result', () => {
    const xml = autoScalingReplyXml('DescribeX', 'id', { Names: ['a', 'b'] });
    expect(xml).toContain('<DescribeXResult><Names><member>a</member><member>b</member></Names></DescribeXResult>');
    expect(xml).toContain('<ResponseMetadata><RequestId>id</RequestId></ResponseMetadata>');
  });

  it('is read back as it was written', () => {
    const root = readXml(ec2ReplyXml('DescribeX', 'id', { set: [{ key: "it's <1>" }], empty: [] }));
    expect(root.name).toBe('DescribeXResponse');
    expect(textAt(entriesAt(root, 'set')[0], 'key')).toBe("it's <1>");
    expect(entriesAt(root, 'empty')).toEqual([]);
    expect(textAt(root, 'set.item.absent')).toBeUndefined();
  });
});

describe('read XML', () => {
  it('takes declarations, attributes, empty elements and character references', () => {
    const root = readXml('<?xml version="1.0"?>\n<a xmlns="x">\n <b/><c d="1">&#65;&#x42;&lt;</c>\n</a>');
    expect(root.children.map((entry) => [entry.name, entry.text])).toEqual([
      ['b', ''],
      ['c', 'AB<'],
    ]);
  });

  it.each(['<a><b></a>', '<a>', '</a>', ''])('refuses %j', (source) => {
    expect(() => readXml(source)).toThrow(/XML/);
  });
});

describe('failures', () => {
  const failure = new AwsFailure('Some.Code', 'a <b>', 503);

  it('have EC2 their own form', () => {
    expect(ec2FailureXml(failure, 'r1')).toContain(
      '<Response><Errors><Error><Code>Some.Code</Code><Message>a &lt;b&gt;</Message></Error></Errors><RequestID>r1</RequestID></Response>',
    );
  });

  it('blame the receiver from status 500 on', () => {
    expect(queryFailureXml(failure, 'r1', 'ns')).toContain('<Type>Receiver</Type>');
    expect(queryFailureXml(new AwsFailure('X', 'x'), 'r1', 'ns')).toContain('<Type>Sender</Type>');
  });
});

describe('query parameters', () => {
  const parameters = QueryParameters.parse(
    'Filter.2.Name=b&Filter.1.Name=tag%3Aa&Filter.1.Value.2=y&Filter.1.Value.1=x+z&Names.member.1=n&Flag=true&Count=12&Bad=1x',
  );

  it('give lists and structures in the order of their numbers', () => {
    const filters = parameters.structures('Filter').map((filter) => [filter.get('Name'), filter.list('Value')]);
    expect(filters).toEqual([
      ['tag:a', ['x z', 'y']],
      ['b', []],
    ]);
    expect(parameters.list('Names')).toEqual(['n']);
  });

  it('give typed values, and refuse what is none', () => {
    expect([parameters.boolean('Flag'), parameters.integer('Count'), parameters.integer('None')]).toEqual([
      true,
      12,
      undefined,
    ]);
    expect(() => parameters.integer('Bad')).toThrow(/Not an integer/);
    expect(() => parameters.required('None')).toThrow(/must contain the parameter None/);
  });
});

describe('pages', () => {
  const position = (entry: { at: number; id: string }) => ({ order: entry.at, key: entry.id });
  const all = [3, 1, 2, 2, 5].map((at, index) => ({ at, id: `id-${index}` }));
  const request = { maxResults: 2, nextToken: undefined, invalidTokenCode: 'Bad' };

  it('go through a list in order, and end', () => {
    const first = page(all, position, request);
    const second = page(all, position, { ...request, nextToken: first.nextToken });
    const third = page(all, position, { ...request, nextToken: second.nextToken });
    const shown = [first, second, third].map((each) => each.entries.map((entry) => entry.at));
    expect(shown).toEqual([[1, 2], [2, 3], [5]]);
    expect(third.nextToken).toBeUndefined();
  });

  it('skip and repeat nothing when entries come and go in between', () => {
    const first = page(all, position, request);
    const changed = [...all.filter((entry) => entry.at !== 1), { at: 0, id: 'new' }, { at: 4, id: 'newer' }];
    const rest = page(changed, position, { ...request, maxResults: undefined, nextToken: first.nextToken });
    expect(rest.entries.map((entry) => entry.at)).toEqual([2, 3, 4, 5]);
  });

  it('have no token when the last page is full', () => {
    expect(page(all, position, { ...request, maxResults: 5 }).nextToken).toBeUndefined();
  });

  it('refuse a token of somebody else', () => {
    expect(() => page(all, position, { ...request, nextToken: 'abc' })).toThrow(AwsFailure);
  });
});

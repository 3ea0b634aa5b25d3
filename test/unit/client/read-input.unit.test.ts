import { describe, expect, it } from 'vitest';
import { checkedInput, findScenario, readInputText } from '../../../client/cli/read-input.ts';

const scenario = findScenario('volume-rebind');
const options = { cluster: 'prod', requestedBy: 'jo' };
const whole = '{"namespace":"production","pvc":"data-db-0"}';

describe('input of a recovery', () => {
  it('takes the cluster from the option and notes who asked', () => {
    expect(checkedInput(scenario, whole, options)).toEqual({
      cluster: 'prod',
      namespace: 'production',
      pvc: 'data-db-0',
      requestedBy: 'jo',
    });
  });

  it('keeps who asked when the input says it', () => {
    const text = '{"namespace":"production","pvc":"data-db-0","requestedBy":"alert"}';
    expect(checkedInput(scenario, text, options).requestedBy).toBe('alert');
  });

  it('puts --dry-run and --approval into the input', () => {
    const given = { ...options, dryRun: true, approval: 'required' };
    expect(checkedInput(scenario, whole, given)).toMatchObject({ dryRun: true, approval: 'required' });
  });

  it.each([
    ['empty text', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['a number', '3'],
    ['half an object', '{"namespace":'],
  ])('rejects %s', (_what, text) => {
    expect(() => checkedInput(scenario, text, options)).toThrow(/--input/);
  });

  it('rejects an option that contradicts the input, naming both', () => {
    const text = '{"cluster":"dr","namespace":"production","pvc":"data-db-0"}';
    expect(() => checkedInput(scenario, text, options)).toThrow(/"dr".*"prod"/);
  });

  it('names contradictions, wrong fields and an unknown cluster all at once', () => {
    const text = '{"cluster":"prd","namespace":5,"approval":"maybe","pvc":"a"}';
    const given = { ...options, approval: 'required' };
    const attempt = () => checkedInput(scenario, text, given, ['prod', 'dr']);
    for (const part of ['cluster: the input says "prd"', 'approval: the input says "maybe"', 'namespace: got 5']) {
      expect(attempt).toThrow(part);
    }
    expect(attempt).toThrow('cluster: got "prd", the inventory has prod, dr. Did you mean prod?');
  });

  it('rejects a cluster that the inventory lacks, and takes one that it has', () => {
    expect(() => checkedInput(scenario, whole, options, ['dr'])).toThrow('the inventory has dr');
    expect(checkedInput(scenario, whole, options, ['prod']).cluster).toBe('prod');
  });

  it('rejects a person named twice differently', () => {
    const text = '{"namespace":"production","pvc":"data-db-0","requestedBy":"alert"}';
    expect(() => checkedInput(scenario, text, { ...options, actor: 'jo' })).toThrow(/requestedBy: .*--actor says "jo"/);
  });

  it.each([
    ['an empty namespace', '{"namespace":"","pvc":"data-db-0"}', /namespace: got ""/],
    ['a wrong type', '{"namespace":"production","pvc":["a"]}', /pvc: got \["a"\], expected a text/],
    ['an unknown field', '{"namespace":"production","pvc":"a","snapshot":"s"}', /unknown field snapshot/],
    ['a rate out of range', '{"namespace":"p","pvc":"a","initializationRateMiBps":50}', /100 to 300/],
  ])('rejects %s by the name of the field', (_what, text, message) => {
    expect(() => checkedInput(scenario, text, options)).toThrow(message);
  });
});

describe('text of --input', () => {
  it('is inline JSON when it looks like it, an empty object when absent', () => {
    expect(readInputText(' {"a":1}')).toBe(' {"a":1}');
    expect(readInputText(undefined)).toBe('{}');
  });

  it('names what was given when it is no readable file', () => {
    expect(() => readInputText('/nowhere/input.json')).toThrow('/nowhere/input.json');
  });
});

describe('scenario', () => {
  it('unknown names those that there are', () => {
    expect(() => findScenario('zzz')).toThrow(/there is: volume-rebind/);
  });
});

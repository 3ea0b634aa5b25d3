import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createInventoryActivities } from '../../../activities/inventory/activities.ts';
import { parseInventory } from '../../../config/load.ts';
import { recoveryInputFields } from '../../../workflows/recovery/input-schema.ts';

const inventory = parseInventory(
  `
version: 1
contacts: [{name: Jo, role: on call, phone: '1', chat: '#x'}]
clusters:
  prod:
    kind: eks
    context: prod
    region: eu-west-1
    buckets: {artefacts: some-bucket}
    targets: {recoveryTimeMinutes: 30}
    approval: {default: automatic, timeoutMinutes: 2}
  plain: {kind: eks, context: plain, region: us-east-1, buckets: {artefacts: other-bucket}}
`,
  'rekindle.yaml',
);
const schema = z.strictObject({ ...recoveryInputFields, namespace: z.string().min(1, 'a namespace'), pvc: z.string() });
const { admitRecovery } = createInventoryActivities({ inventory, inputSchemas: { 'volume-rebind': schema } });
const admit = (input: Record<string, unknown>) => admitRecovery({ slug: 'volume-rebind', input });
const claim = { namespace: 'production', pvc: 'data-db-0' };

describe('admission', () => {
  it('fills in what the inventory decides', async () => {
    expect(await admit({ cluster: 'prod', ...claim })).toEqual({
      input: { cluster: 'prod', ...claim, dryRun: false, approval: 'automatic' },
      settings: {
        approvalTimeoutSeconds: 120,
        region: 'eu-west-1',
        artefactBucket: 'some-bucket',
        targets: { recoveryTimeSeconds: 1800, recoveryPointSeconds: null },
        contacts: ['Jo (on call): 1, #x'],
      },
    });
  });

  it('asks for approval where the inventory says nothing, and lets the input decide otherwise', async () => {
    expect((await admit({ cluster: 'plain', ...claim })).input.approval).toBe('required');
    const decided = await admit({ cluster: 'prod', ...claim, approval: 'required', dryRun: true });
    expect(decided.input).toMatchObject({ approval: 'required', dryRun: true });
  });

  it.each([
    [
      'an unknown field',
      { cluster: 'prod', ...claim, snapshot: 'x' },
      /^snapshot: got the unknown field snapshot, expected one of/,
    ],
    ['a misspelt field', { cluster: 'prod', namespace: 'a', pcv: 'b' }, /Did you mean pvc\?/],
    ['a wrong type', { cluster: 'prod', ...claim, dryRun: 'yes' }, /^dryRun: got "yes", expected true or false/],
    ['an empty text', { cluster: 'prod', ...claim, namespace: '' }, /^namespace: got "", expected a namespace/],
    ['a missing field', { cluster: 'prod', namespace: 'a' }, /^pvc: got nothing, expected a text. Add the field./],
    ['nothing at all', {}, /cluster: got nothing.*namespace: got nothing.*pvc: got nothing/],
    ['a wrong approval', { cluster: 'prod', ...claim, approval: 'auto' }, /"automatic" or "required"/],
  ])('refuses %s and names the field', async (_what, input, message) => {
    await expect(admit(input)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(message),
    });
  });

  it.each(['prd', 'constructor'])('refuses the cluster %s and names those which it knows', async (cluster) => {
    await expect(admit({ cluster, ...claim })).rejects.toMatchObject({
      code: 'unknown-cluster',
      message: expect.stringMatching(/the inventory has prod, plain/),
    });
  });

  it('suggests the cluster that was probably meant', async () => {
    await expect(admit({ cluster: 'prd', ...claim })).rejects.toThrow('Did you mean prod?');
  });
});

import { describe, expect, it } from 'vitest';
import { approvalFor } from '../../../config/approval.ts';
import { parseInventory } from '../../../config/load.ts';

function inventory(top: string, own: string) {
  return parseInventory(
    `{version: 1, ${top} clusters: {prod: {kind: eks, context: c, region: us-east-1, buckets: {artefacts: abc}, ${own}}}}`,
    'rekindle.yaml',
  );
}

describe('the approval policy', () => {
  it.each([
    ['asks a person when nothing is said', '', '', 'required', 3600],
    ['takes the top-level default', 'approval: {default: automatic, timeoutMinutes: 5},', '', 'automatic', 300],
    [
      'prefers the scenario to the default',
      'approval: {default: required, byScenario: {volume-rebind: automatic}},',
      '',
      'automatic',
      3600,
    ],
    ['prefers the cluster', 'approval: {default: automatic},', 'approval: {default: required}', 'required', 3600],
    [
      'never softens a cluster’s default from above',
      'approval: {byScenario: {volume-rebind: automatic}},',
      'approval: {default: required, timeoutMinutes: 2}',
      'required',
      120,
    ],
    [
      'keeps the top-level scenario where the cluster only sets a time-out',
      'approval: {byScenario: {volume-rebind: automatic}},',
      'approval: {timeoutMinutes: 1}',
      'automatic',
      60,
    ],
  ])('%s', (_title, top, own, mode, timeoutSeconds) => {
    expect(approvalFor(inventory(top, own), 'prod', 'volume-rebind')).toEqual({ mode, timeoutSeconds });
  });
});

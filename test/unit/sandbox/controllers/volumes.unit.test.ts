import { describe, expect, test } from 'vitest';
import { bytesOf, quantityOf } from '../../../../sandbox/controllers/csi/quantity.ts';
import { attachmentName, volumeSource } from '../../../../sandbox/controllers/csi/volume-source.ts';

describe('the source of a PersistentVolume', () => {
  test.each([
    ['vol-0a1', 'vol-0a1'],
    ['aws://us-east-1a/vol-0a1', 'vol-0a1'],
    ['aws:///us-east-1a/vol-0a1', 'vol-0a1'],
  ])('in-tree EBS id %s belongs to the CSI driver as %s', (volumeID, handle) => {
    expect(volumeSource({ awsElasticBlockStore: { volumeID } })).toEqual({ driver: 'ebs.csi.aws.com', handle });
  });

  test('is unknown for a host path', () => {
    expect(volumeSource({ hostPath: { path: '/data' } })).toBeUndefined();
  });

  test('has the attachment name that Kubernetes gives it', () => {
    const name = attachmentName({ driver: 'ebs.csi.aws.com', handle: 'vol-1' }, 'node-1');
    expect(name).toMatch(/^csi-[0-9a-f]{64}$/);
    expect(attachmentName({ driver: 'ebs.csi.aws.com', handle: 'vol-1' }, 'node-2')).not.toBe(name);
  });
});

describe('a quantity', () => {
  test.each([
    ['1Gi', 1024 ** 3],
    ['500M', 500_000_000],
    ['1.5Gi', 1.5 * 1024 ** 3],
    ['1024', 1024],
  ])('%s is %i bytes', (quantity, bytes) => {
    expect(bytesOf(quantity)).toBe(bytes);
    expect(bytesOf(quantityOf(bytes))).toBe(bytes);
  });

  test('that is none is refused', () => {
    expect(() => bytesOf('lots')).toThrow('not a quantity');
  });
});

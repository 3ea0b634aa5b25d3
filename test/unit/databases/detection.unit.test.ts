import { describe, expect, it } from 'vitest';
import { detectDatabase } from '../../../activities/databases/detection.ts';
import type { PodDescription } from '../../../activities/databases/types.ts';

function pod(images: readonly string[], over: Partial<PodDescription> = {}): PodDescription {
  return { name: 'db-0', containers: images.map((image, index) => ({ name: `c${index}`, image })), ...over };
}

describe('which database a pod runs', () => {
  it.each([
    ['postgres:16', 'postgresql'],
    ['docker.io/library/postgres:16.2-alpine', 'postgresql'],
    ['registry.internal:5000/bitnami/postgresql:16@sha256:0a', 'postgresql'],
    ['ghcr.io/cloudnative-pg/postgresql:16', 'postgresql'],
    ['timescale/timescaledb-ha', 'postgresql'],
    ['mysql:8', 'mysql'],
    ['mariadb', 'mariadb'],
    ['mongo:7', 'mongodb'],
    ['valkey/valkey:8', 'redis'],
  ])('is told by the image %s', (image, kind) => {
    expect(detectDatabase({ pod: pod([image]) })).toEqual({ kind, container: 'c0', basis: `image ${image}` });
  });

  it.each(['quay.io/prometheuscommunity/postgres-exporter:v0.15', 'pgbouncer:1', 'postgres-backup', 'nginx', ''])(
    'is none for the image %s',
    (image) => {
      expect(detectDatabase({ pod: pod([image]) })).toBeNull();
    },
  );

  it('is found beside its sidecars, in its own container', () => {
    expect(detectDatabase({ pod: pod(['envoy:1', 'postgres-exporter:1', 'postgres:16']) })).toMatchObject({
      container: 'c2',
    });
  });

  it('is told by the annotation or the label where the image does not say', () => {
    const labels = { 'app.kubernetes.io/name': 'postgresql' };
    const annotations = { 'rekindle.io/database': 'mariadb' };
    expect(detectDatabase({ pod: pod(['acme/store:1'], { labels }) })).toEqual({
      kind: 'postgresql',
      container: 'c0',
      basis: 'label app.kubernetes.io/name',
    });
    expect(detectDatabase({ pod: pod(['acme/store:1'], { labels, annotations }) })).toMatchObject({ kind: 'mariadb' });
  });

  it('is what the inventory declares, whatever else speaks', () => {
    const annotations = { 'rekindle.io/database': 'mariadb' };
    expect(detectDatabase({ pod: pod(['mysql:8'], { annotations }), declared: 'postgresql' })).toMatchObject({
      kind: 'postgresql',
      basis: 'inventory',
    });
  });

  it('is nobody’s in a pod without containers', () => {
    expect(detectDatabase({ pod: pod([]), declared: 'postgresql' })).toBeNull();
  });
});

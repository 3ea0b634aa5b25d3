/** What Velero's own installer would put into its namespace, but for the pods: the server is a process of the sandbox. Pure. */
import type { KubernetesObject } from '@kubernetes/client-node';
import { readerKeyId } from '../aws/front/reader.ts';
import { sandboxCredentials } from '../environment-file.ts';

export const veleroNamespace = 'velero';

/** Seconds. A storage location whose last validation is much older than this was not looked at: the server does not run. */
export const validationSeconds = 5;

export interface VeleroWorld {
  /** Bucket of the backups. */
  readonly bucket: string;
  /** The AWS front, as the server reaches it. */
  readonly endpoint: string;
  readonly region: string;
}

type Placed = KubernetesObject & Readonly<Record<string, unknown>>;

function velero(kind: string, name: string, rest: Readonly<Record<string, unknown>>): Placed {
  return { apiVersion: 'velero.io/v1', kind, metadata: { name, namespace: veleroNamespace }, ...rest };
}

/** The Secret by which another cluster's Velero reads the bucket of `cluster`, in the form of an AWS credentials file. */
export function readerSecretName(cluster: string): string {
  return `rekindle-read-${cluster}`;
}

/** As the AWS tools read it. */
export function credentialsFile(keyId: string): string {
  return `[default]\naws_access_key_id=${keyId}\naws_secret_access_key=${sandboxCredentials.secretAccessKey}\n`;
}

export function readerSecret(cluster: string): Placed {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: readerSecretName(cluster), namespace: veleroNamespace },
    stringData: { cloud: credentialsFile(readerKeyId) },
  };
}

/** The default backup storage location and the default place of volume snapshots. */
export function veleroLocations({ bucket, endpoint, region }: VeleroWorld): readonly Placed[] {
  return [
    velero('BackupStorageLocation', 'default', {
      spec: {
        provider: 'aws',
        default: true,
        accessMode: 'ReadWrite',
        objectStorage: { bucket },
        backupSyncPeriod: '5s',
        validationFrequency: `${validationSeconds}s`,
        config: { region, s3Url: endpoint, s3ForcePathStyle: 'true', checksumAlgorithm: '' },
      },
    }),
    velero('VolumeSnapshotLocation', 'default', { spec: { provider: 'aws', config: { region } } }),
  ];
}

/** The Deployment that restores ask for. Its pod is kwok's; one replica says that the server is meant to run. */
export function veleroDeployment(version: string, features = ''): Placed {
  const labels = { deploy: 'velero', component: 'velero' };
  const args = ['server', ...(features === '' ? [] : [`--features=${features}`])];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'velero', namespace: veleroNamespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: { deploy: 'velero' } },
      template: {
        metadata: { labels },
        spec: {
          containers: [{ name: 'velero', image: `velero/velero:v${version}`, command: ['/velero'], args }],
        },
      },
    },
  };
}

import { awsAutoScalingRegions } from '../../activities/autoscaling/client.ts';
import { awsEc2Regions } from '../../activities/ec2/client.ts';
import { connectKubernetes } from '../../activities/kubernetes/client.ts';
import { awsQuotaRegions } from '../../activities/quotas/client.ts';
import { awsS3Regions } from '../../activities/s3/client.ts';
import { ConfigError } from '../../config/config-error.ts';
import { EnvironmentError } from '../../config/environment.ts';
import { loadSettings, type Settings } from '../../config/settings.ts';
import { RekindleError } from '../../errors/rekindle-error.ts';
import { readKeyFile } from '../../temporal/codec/key-file.ts';
import { clusterAddresses } from '../cluster-addresses.ts';
import { type Finding, fail, ok, warn } from './finding.ts';
import { lookAtCluster } from './look-at-cluster.ts';
import { lookAtTemporal } from './look-at-temporal.ts';

/** Looks at everything that a recovery needs, from this machine and with this environment. Changes nothing. */
export async function examine(): Promise<readonly Finding[]> {
  const node = lookAtNode(process.versions.node);
  let settings: Settings;
  try {
    settings = loadSettings();
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof EnvironmentError)) throw error;
    const mend =
      'Correct it; `rekindle config check` shows the inventory alone. For the sandbox: --env-file .sandbox/env';
    return [node, fail('inventory', error.message, mend)];
  }
  const { inventory, environment } = settings;
  const systems = {
    clusters: connectKubernetes(clusterAddresses(inventory), 'rekindle-doctor'),
    ec2: awsEc2Regions(),
    machines: awsAutoScalingRegions(),
    quotas: awsQuotaRegions(),
    s3: awsS3Regions({ forcePathStyle: inventory.aws.s3ForcePathStyle }),
  };
  const looks = [
    lookAtTemporal(settings),
    ...Object.entries(inventory.clusters).map(([name, cluster]) => lookAtCluster(name, cluster, systems)),
  ];
  const inventoryFound = ok('inventory', `${environment.inventoryPath}: ${Object.keys(inventory.clusters).join(', ')}`);
  return [node, inventoryFound, lookAtKeys(settings.codecKeyFile), ...(await Promise.all(looks)).flat()];
}

function lookAtNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return ok('Node.js', version);
  return fail('Node.js', version, 'Install Node.js 20.19 or newer.');
}

function lookAtKeys(file: string | null): Finding {
  if (file === null) {
    return warn(
      'codec keys',
      'none: Temporal stores inputs and results readable',
      'Set codec.keyFile or REKINDLE_CODEC_KEYS.',
    );
  }
  try {
    readKeyFile(file);
    return ok('codec keys', file);
  } catch (error) {
    if (!(error instanceof RekindleError)) throw error;
    return fail('codec keys', error.message, 'See docs/encryption.md.');
  }
}

import { Context } from '@temporalio/activity';
import { createAutoscalingActivities } from '../activities/autoscaling/activities.ts';
import { awsAutoScalingRegions } from '../activities/autoscaling/client.ts';
import { createBackupStoreActivities } from '../activities/backup-stores/activities.ts';
import { createBackupActivities } from '../activities/backups/activities.ts';
import { createConfigurationActivities } from '../activities/configuration/activities.ts';
import { ageFiles } from '../activities/configuration/client.ts';
import { createCoordinationActivities } from '../activities/coordination/activities.ts';
import { createLeaseClient } from '../activities/coordination/client.ts';
import { createDatabaseActivities } from '../activities/databases/activities.ts';
import { createEc2Activities } from '../activities/ec2/activities.ts';
import { awsEc2Regions } from '../activities/ec2/client.ts';
import { createEtcdActivities } from '../activities/etcd/activities.ts';
import { createInventoryActivities } from '../activities/inventory/activities.ts';
import { createKubernetesActivities } from '../activities/kubernetes/activities.ts';
import { connectKubernetes } from '../activities/kubernetes/client.ts';
import { createNodeActivities } from '../activities/kubernetes/node-activities.ts';
import { awsObjectStores } from '../activities/objects/client.ts';
import { createQuotaActivities } from '../activities/quotas/activities.ts';
import { awsQuotaRegions } from '../activities/quotas/client.ts';
import { createRestoreActivities } from '../activities/restores/activities.ts';
import { tarArchives } from '../activities/restores/client.ts';
import { createS3Activities } from '../activities/s3/activities.ts';
import { awsS3Regions } from '../activities/s3/client.ts';
import { createSnapshotActivities } from '../activities/snapshots/activities.ts';
import { createVeleroActivities } from '../activities/velero/activities.ts';
import { httpSignedFiles } from '../activities/velero/client.ts';
import type { Settings } from '../config/settings.ts';
import type { TemporalClient } from '../temporal/client.ts';
import { inputSchemas } from '../workflows/input-schemas.ts';
import { ageIdentities } from './age-identities.ts';
import { clusterAddresses } from './cluster-addresses.ts';
import { mergeActivities } from './merge-activities.ts';
import { sealingKey } from './sealing-key.ts';

/** Every activity of the orchestrator by its Temporal name, on the real systems. The one place where systems meet activities. */
export function createAllActivities({ inventory, codecKeyFile }: Settings, { client }: Pick<TemporalClient, 'client'>) {
  const clusters = connectKubernetes(clusterAddresses(inventory));
  const machines = awsAutoScalingRegions();
  const volumes = awsEc2Regions();
  const artefacts = awsS3Regions({ forcePathStyle: inventory.aws.s3ForcePathStyle });
  const files = httpSignedFiles();
  const leases = createLeaseClient({
    client,
    taskQueue: inventory.temporal.taskQueue,
    signal: () => Context.current().cancellationSignal,
  });
  return mergeActivities({
    inventory: createInventoryActivities({ inventory, inputSchemas }),
    coordination: createCoordinationActivities({ leases }),
    kubernetes: createKubernetesActivities({ clusters }),
    nodes: createNodeActivities({ clusters, regions: machines }),
    autoscaling: createAutoscalingActivities({
      regions: machines,
      clusters,
      groupsOf: (cluster) => inventory.clusters[cluster]?.autoScalingGroups ?? [],
    }),
    quotas: createQuotaActivities({ regions: awsQuotaRegions() }),
    snapshots: createSnapshotActivities({ clusters }),
    databases: createDatabaseActivities({ clusters }),
    ec2: createEc2Activities({ regions: volumes }),
    etcd: createEtcdActivities({
      inventory,
      clusters,
      volumes,
      machines,
      stores: awsObjectStores({ forcePathStyle: inventory.aws.s3ForcePathStyle }),
    }),
    configuration: createConfigurationActivities({
      clusters,
      stores: awsObjectStores({ forcePathStyle: inventory.aws.s3ForcePathStyle }),
      age: ageFiles,
      recipients: (cluster) => inventory.clusters[cluster]?.configBackup?.recipients ?? [],
      identities: (cluster) => ageIdentities(inventory.clusters[cluster]?.configBackup?.identityFile),
      keepCount: (cluster) => inventory.clusters[cluster]?.configBackup?.keepCount ?? 30,
      macKey: (id) => sealingKey(codecKeyFile, id),
    }),
    backups: createBackupActivities({ clusters, files }),
    backupStores: createBackupStoreActivities({
      clusters,
      files,
      archives: tarArchives,
      regions: artefacts,
      sealing: () => sealingKey(codecKeyFile),
      stores: awsObjectStores({ forcePathStyle: inventory.aws.s3ForcePathStyle }),
    }),
    velero: createVeleroActivities({ clusters }),
    restores: createRestoreActivities({
      clusters,
      files,
      archives: tarArchives,
      regions: artefacts,
      sealing: () => sealingKey(codecKeyFile),
    }),
    s3: createS3Activities({ regions: artefacts }),
  });
}

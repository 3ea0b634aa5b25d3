import type { Action, Actions } from '../front/action.ts';
import type { World } from '../front/world.ts';
import { AwsFailure } from '../wire/failure.ts';
import { InstanceState, instanceState } from './instance.ts';
import { requiredInstances } from './instance-actions.ts';
import { checkedId, stopDryRun } from './request.ts';
import {
  type Attachment,
  attachmentState,
  attachmentXml,
  currentAttachments,
  VolumeState,
  volumeState,
} from './volume.ts';
import { requiredVolume } from './volume-actions.ts';

const attachVolume: Action = (world, parameters) => {
  const device = parameters.required('Device');
  const volume = requiredVolume(world, parameters.required('VolumeId'));
  const [instance] = requiredInstances(world, [checkedId(parameters.required('InstanceId'), 'i', 'instanceId')]);
  if (!instance) throw new AwsFailure('InvalidInstanceID.NotFound', 'The instance does not exist');
  const now = world.now();
  const running = instanceState(instance, now);
  if (running !== InstanceState.running && running !== InstanceState.stopped) {
    throw new AwsFailure('IncorrectState', `Instance '${instance.id}' is not 'running'.`);
  }
  if (volume.zone !== instance.zone) {
    throw new AwsFailure(
      'InvalidVolume.ZoneMismatch',
      `The volume '${volume.id}' is not in the same availability zone as instance '${instance.id}'`,
    );
  }
  const state = volumeState(volume, now);
  const holders = currentAttachments(volume, now);
  if (state === VolumeState.inUse && (!volume.multiAttach || holders.some((held) => held.instanceId === instance.id))) {
    throw new AwsFailure('VolumeInUse', `${volume.id} is already attached to an instance`);
  }
  if (state !== VolumeState.available && state !== VolumeState.inUse) {
    throw new AwsFailure('IncorrectState', `${volume.id} is not 'available'.`);
  }
  if (deviceTaken(world, instance.id, device, now)) {
    throw new AwsFailure(
      'InvalidParameterValue',
      `Invalid value '${device}' for unixDevice. Attachment point ${device} is already in use`,
    );
  }
  stopDryRun(parameters);
  const attachment: Attachment = {
    instanceId: instance.id,
    device,
    attachTime: now,
    attachedAt: now + world.timing.attaching,
    deleteOnTermination: false,
  };
  world.volumes.put(volume.id, { ...volume, attachments: [...holders, attachment] });
  return attachmentXml(volume.id, attachment, now);
};

function deviceTaken(world: World, instanceId: string, device: string, now: number): boolean {
  for (const volume of world.volumes.values()) {
    if (currentAttachments(volume, now).some((held) => held.instanceId === instanceId && held.device === device))
      return true;
  }
  return false;
}

const detachVolume: Action = (world, parameters) => {
  const volume = requiredVolume(world, parameters.required('VolumeId'));
  const now = world.now();
  const instanceId = parameters.get('InstanceId');
  const device = parameters.get('Device');
  const holders = currentAttachments(volume, now);
  const held = holders.find(
    (attachment) => (!instanceId || attachment.instanceId === instanceId) && (!device || attachment.device === device),
  );
  if (!held) {
    if (holders.length > 0) {
      throw new AwsFailure(
        'InvalidAttachment.NotFound',
        `'${volume.id}' is not attached to '${instanceId ?? device}'.`,
      );
    }
    throw new AwsFailure('IncorrectState', `Volume '${volume.id}' is in the '${volumeState(volume, now)}' state.`);
  }
  if (holders.length > 1 && !instanceId) {
    throw new AwsFailure(
      'InvalidParameterCombination',
      `Volume '${volume.id}' has several attachments: name the instance.`,
    );
  }
  const holder = world.instances.get(held.instanceId);
  if (volume.root && holder && instanceState(holder, now) === InstanceState.running) {
    throw new AwsFailure(
      'OperationNotPermitted',
      `Unable to detach root volume '${volume.id}' from instance '${held.instanceId}'`,
    );
  }
  stopDryRun(parameters);
  if (attachmentState(held, now) === 'detaching' && parameters.boolean('Force') !== true) {
    return attachmentXml(volume.id, held, now);
  }
  const ending: Attachment = { ...held, detachedAt: now + world.timing.detaching };
  world.volumes.put(volume.id, {
    ...volume,
    attachments: holders.map((attachment) => (attachment === held ? ending : attachment)),
  });
  return attachmentXml(volume.id, ending, now);
};

export const attachmentActions: Actions = { AttachVolume: attachVolume, DetachVolume: detachVolume };

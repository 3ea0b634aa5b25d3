import { accountId } from '../account.ts';
import type { World } from '../front/world.ts';
import type { XmlValue } from '../wire/xml.ts';
import { type Instance, instanceXml, type ShownDevice } from './instance.ts';
import { attachmentState, currentAttachments } from './volume.ts';

/** The devices of each instance, gathered in one pass over the volumes. */
export function devicesByInstance(world: World, now: number): Map<string, ShownDevice[]> {
  const devices = new Map<string, ShownDevice[]>();
  for (const volume of world.volumes.values()) {
    for (const attachment of currentAttachments(volume, now)) {
      const list = devices.get(attachment.instanceId) ?? [];
      list.push({
        deviceName: attachment.device,
        volumeId: volume.id,
        status: attachmentState(attachment, now),
        attachTime: attachment.attachTime,
        deleteOnTermination: attachment.deleteOnTermination,
      });
      devices.set(attachment.instanceId, list);
    }
  }
  return devices;
}

/** The instances as DescribeInstances and RunInstances show them: gathered by reservation. */
export function reservationsXml(world: World, instances: readonly Instance[]): XmlValue[] {
  const now = world.now();
  const devices = devicesByInstance(world, now);
  const byReservation = new Map<string, Instance[]>();
  for (const instance of instances) {
    const list = byReservation.get(instance.reservationId) ?? [];
    list.push(instance);
    byReservation.set(instance.reservationId, list);
  }
  return [...byReservation.entries()].map(([reservationId, members]) => ({
    reservationId,
    ownerId: accountId,
    groupSet: [],
    instancesSet: members.map((instance) => instanceXml(instance, devices.get(instance.id) ?? [], now)),
  }));
}

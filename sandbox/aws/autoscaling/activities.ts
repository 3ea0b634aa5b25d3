import { randomUUID } from 'node:crypto';
import type { World } from '../front/world.ts';
import type { XmlValue } from '../wire/xml.ts';
import type { AutoScalingGroup, ScalingActivity } from './group.ts';

/** The time as Auto Scaling writes it into causes: `2026-01-31T12:34:56Z`. */
export function causeTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** How many activities a group keeps; AWS keeps six weeks. */
const mostActivities = 2_000;

export function recordActivity(
  world: World,
  group: AutoScalingGroup,
  content: Pick<ScalingActivity, 'description' | 'cause' | 'status' | 'progress'> & {
    readonly statusMessage?: string;
    readonly subnetId?: string;
    readonly zone?: string;
  },
): ScalingActivity {
  const now = world.now();
  const mine = [...world.activities.values()].filter((activity) => activity.group === group.name);
  if (mine.length > mostActivities) {
    const oldest = mine.sort((a, b) => a.order - b.order).slice(0, mine.length - mostActivities);
    for (const activity of oldest) world.activities.delete(activity.id);
  }
  const ended = content.status === 'Failed' || content.status === 'Successful' || content.status === 'Cancelled';
  const activity: ScalingActivity = {
    id: randomUUID(),
    order: world.nextNumber('activity'),
    group: group.name,
    groupArn: group.arn,
    description: content.description,
    cause: content.cause,
    startTime: now,
    ...(ended && { endTime: now }),
    status: content.status,
    ...(content.statusMessage !== undefined && { statusMessage: content.statusMessage }),
    progress: content.progress,
    details: JSON.stringify({
      ...(content.subnetId !== undefined && { 'Subnet ID': content.subnetId }),
      ...(content.zone !== undefined && { 'Availability Zone': content.zone }),
    }),
  };
  return world.activities.put(activity.id, activity);
}

/** Moves an activity on. An activity that has ended stays as it is. */
export function moveActivity(
  world: World,
  id: string | undefined,
  change: Pick<ScalingActivity, 'status' | 'progress'> & { readonly statusMessage?: string },
): void {
  const activity = id === undefined ? undefined : world.activities.get(id);
  if (!activity || activity.endTime !== undefined) return;
  if (activity.status === change.status && activity.progress === change.progress) return;
  const ended = change.status === 'Failed' || change.status === 'Successful' || change.status === 'Cancelled';
  world.activities.put(activity.id, { ...activity, ...change, ...(ended && { endTime: world.now() }) });
}

export function activityXml(activity: ScalingActivity): XmlValue {
  return {
    ActivityId: activity.id,
    AutoScalingGroupName: activity.group,
    Description: activity.description,
    Cause: activity.cause,
    StartTime: new Date(activity.startTime),
    EndTime: activity.endTime === undefined ? undefined : new Date(activity.endTime),
    StatusCode: activity.status,
    StatusMessage: activity.statusMessage,
    Progress: activity.progress,
    Details: activity.details,
    AutoScalingGroupState: activity.groupDeleted ? 'Deleted' : undefined,
    AutoScalingGroupARN: activity.groupArn,
  };
}

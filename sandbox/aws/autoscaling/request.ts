/** What many Auto Scaling actions read from a request in the same way. */
import type { World } from '../front/world.ts';
import { AwsFailure } from '../wire/failure.ts';
import type { QueryParameters } from '../wire/query.ts';
import type { AutoScalingGroup, Member } from './group.ts';

export function validationError(message: string): AwsFailure {
  return new AwsFailure('ValidationError', message);
}

export function requiredText(parameters: QueryParameters, name: string): string {
  const value = parameters.get(name);
  if (!value)
    throw validationError(
      `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
    );
  return value;
}

export function requiredGroup(world: World, parameters: QueryParameters): AutoScalingGroup {
  const name = requiredText(parameters, 'AutoScalingGroupName');
  const group = world.groups.get(name);
  if (!group) throw validationError(`AutoScalingGroup name not found - AutoScalingGroup '${name}' not found`);
  return group;
}

/** A member by its instance id, and its group. */
export function findMember(world: World, instanceId: string): { group: AutoScalingGroup; member: Member } | undefined {
  for (const group of world.groups.values()) {
    const member = group.members.find((entry) => entry.instanceId === instanceId);
    if (member) return { group, member };
  }
  return undefined;
}

export function requiredMember(world: World, instanceId: string): { group: AutoScalingGroup; member: Member } {
  const found = findMember(world, instanceId);
  if (!found) throw validationError(`Instance Id not found - No managed instance found for instance ID: ${instanceId}`);
  return found;
}

export function requiredMembers(group: AutoScalingGroup, ids: readonly string[]): Member[] {
  return ids.map((id) => {
    const member = group.members.find((entry) => entry.instanceId === id);
    if (!member) throw validationError(`The instance ${id} is not part of Auto Scaling group ${group.name}.`);
    return member;
  });
}

/** @param limits AWS's own number when the request names none, and the most that it accepts */
export function requestedRecords(
  parameters: QueryParameters,
  limits: { readonly usual: number; readonly most: number },
): { maxResults: number; nextToken: string | undefined; invalidTokenCode: string } {
  const asked = parameters.integer('MaxRecords');
  if (asked !== undefined && (asked < 1 || asked > limits.most)) {
    throw validationError(`MaxRecords must be between 1 and ${limits.most}.`);
  }
  return {
    maxResults: asked ?? limits.usual,
    nextToken: parameters.get('NextToken') || undefined,
    invalidTokenCode: 'InvalidNextToken',
  };
}

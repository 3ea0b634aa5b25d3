/** Instance refreshes and warm pools: what competes with a recovery for the same instances. */
import { randomUUID } from 'node:crypto';
import type { Action, Actions } from '../front/action.ts';
import { AwsFailure } from '../wire/failure.ts';
import { page } from '../wire/pages.ts';
import type { XmlValue } from '../wire/xml.ts';
import { countedMembers } from './balance.ts';
import type { InstanceRefresh } from './group.ts';
import { warmPoolXml } from './group-xml.ts';
import { updateGroup } from './members.ts';
import { activeRefresh } from './refresh.ts';
import { requestedRecords, requiredGroup } from './request.ts';

const startRefresh: Action = (world, parameters) => {
  const group = requiredGroup(world, parameters);
  if (activeRefresh(group)) {
    throw new AwsFailure(
      'InstanceRefreshInProgress',
      'An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.',
    );
  }
  const members = countedMembers(group.members).map((member) => member.instanceId);
  const refresh: InstanceRefresh = {
    id: randomUUID(),
    status: 'Pending',
    startTime: world.now(),
    remaining: members,
    total: members.length,
    minHealthyPercentage: parameters.integer('Preferences.MinHealthyPercentage') ?? 90,
  };
  updateGroup(world, group.name, (current) => ({
    ...current,
    refreshes: [refresh, ...current.refreshes].slice(0, 100),
  }));
  return { InstanceRefreshId: refresh.id };
};

const cancelRefresh: Action = (world, parameters) => {
  const group = requiredGroup(world, parameters);
  const refresh = activeRefresh(group);
  if (!refresh)
    throw new AwsFailure('ActiveInstanceRefreshNotFound', 'No in progress or pending Instance Refresh found.');
  updateGroup(world, group.name, (current) => ({
    ...current,
    refreshes: current.refreshes.map((entry) => (entry.id === refresh.id ? { ...entry, status: 'Cancelling' } : entry)),
  }));
  return { InstanceRefreshId: refresh.id };
};

function refreshXml(group: string, refresh: InstanceRefresh): XmlValue {
  const done = refresh.total - refresh.remaining.length;
  return {
    InstanceRefreshId: refresh.id,
    AutoScalingGroupName: group,
    Status: refresh.status,
    StartTime: new Date(refresh.startTime),
    EndTime: refresh.endTime === undefined ? undefined : new Date(refresh.endTime),
    PercentageComplete: refresh.total === 0 ? 100 : Math.floor((done / refresh.total) * 100),
    InstancesToUpdate: refresh.remaining.length,
    Preferences: { MinHealthyPercentage: refresh.minHealthyPercentage },
  };
}

const describeRefreshes: Action = (world, parameters) => {
  const group = requiredGroup(world, parameters);
  const ids = new Set(parameters.list('InstanceRefreshIds'));
  const asked = requestedRecords(parameters, { usual: 50, most: 100 });
  const found = group.refreshes.filter((refresh) => ids.size === 0 || ids.has(refresh.id));
  const shown = page(found, (refresh) => ({ order: -refresh.startTime, key: refresh.id }), asked);
  return {
    InstanceRefreshes: shown.entries.map((refresh) => refreshXml(group.name, refresh)),
    NextToken: shown.nextToken,
  };
};

/** The pool is kept and described; the sandbox prepares no instances in it. */
const putWarmPool: Action = (world, parameters) => {
  const { name } = requiredGroup(world, parameters);
  const most = parameters.integer('MaxGroupPreparedCapacity');
  updateGroup(world, name, (group) => ({
    ...group,
    warmPool: {
      minSize: parameters.integer('MinSize') ?? 0,
      ...(most !== undefined && { maxPrepared: most }),
      poolState: parameters.get('PoolState') ?? 'Stopped',
      reuseOnScaleIn: parameters.boolean('InstanceReusePolicy.ReuseOnScaleIn') ?? false,
    },
  }));
  return {};
};

const describeWarmPool: Action = (world, parameters) => {
  const group = requiredGroup(world, parameters);
  return { WarmPoolConfiguration: group.warmPool && warmPoolXml(group.warmPool), Instances: [] };
};

const deleteWarmPool: Action = (world, parameters) => {
  const { name } = requiredGroup(world, parameters);
  updateGroup(world, name, ({ warmPool: _gone, ...group }) => group);
  return {};
};

export const maintenanceActions: Actions = {
  StartInstanceRefresh: startRefresh,
  CancelInstanceRefresh: cancelRefresh,
  DescribeInstanceRefreshes: describeRefreshes,
  PutWarmPool: putWarmPool,
  DescribeWarmPool: describeWarmPool,
  DeleteWarmPool: deleteWarmPool,
};

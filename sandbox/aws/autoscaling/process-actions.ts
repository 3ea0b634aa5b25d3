import type { Action, Actions } from '../front/action.ts';
import type { QueryParameters } from '../wire/query.ts';
import { causeTime } from './activities.ts';
import { updateGroup } from './members.ts';
import { requiredGroup, validationError } from './request.ts';

const scalingProcesses = [
  'Launch',
  'Terminate',
  'AddToLoadBalancer',
  'AlarmNotification',
  'AZRebalance',
  'HealthCheck',
  'InstanceRefresh',
  'ReplaceUnhealthy',
  'ScheduledActions',
];

function requestedProcesses(parameters: QueryParameters): string[] {
  const named = parameters.list('ScalingProcesses');
  for (const process of named) {
    if (!scalingProcesses.includes(process)) throw validationError(`${process} is not a valid process type.`);
  }
  return named.length > 0 ? named : scalingProcesses;
}

const suspendProcesses: Action = (world, parameters) => {
  const { name } = requiredGroup(world, parameters);
  const reason = `User suspended at ${causeTime(world.now())}`;
  const added = Object.fromEntries(requestedProcesses(parameters).map((process) => [process, reason]));
  updateGroup(world, name, (group) => ({ ...group, suspended: { ...added, ...group.suspended } }));
  return {};
};

const resumeProcesses: Action = (world, parameters) => {
  const { name } = requiredGroup(world, parameters);
  const resumed = requestedProcesses(parameters);
  updateGroup(world, name, (group) => ({
    ...group,
    launchAfter: 0,
    suspended: Object.fromEntries(Object.entries(group.suspended).filter(([process]) => !resumed.includes(process))),
  }));
  return {};
};

const describeProcessTypes: Action = () => ({ Processes: scalingProcesses.map((ProcessName) => ({ ProcessName })) });

export const processActions: Actions = {
  SuspendProcesses: suspendProcesses,
  ResumeProcesses: resumeProcesses,
  DescribeScalingProcessTypes: describeProcessTypes,
};

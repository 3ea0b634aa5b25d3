import { filterTest } from '../ec2/filters.ts';
import type { Action, Actions } from '../front/action.ts';
import { page } from '../wire/pages.ts';
import { activityXml } from './activities.ts';
import { groupXml } from './group-xml.ts';
import { requestedRecords, requiredGroup, requiredText } from './request.ts';

const describeGroups: Action = (world, parameters) => {
  const names = new Set(parameters.list('AutoScalingGroupNames'));
  const asked = requestedRecords(parameters, { usual: 50, most: 100 });
  const filters = parameters
    .structures('Filters')
    .map((filter) => ({ name: requiredText(filter, 'Name'), values: filter.list('Values') }));
  const test = filterTest(filters, []);
  const found = [...world.groups.values()].filter(
    (group) =>
      (names.size === 0 || names.has(group.name)) &&
      test({ values: {}, tags: Object.fromEntries(group.tags.map((tag) => [tag.key, tag.value])) }),
  );
  const shown = page(found, (group) => ({ order: 0, key: group.name }), asked);
  const withInstances = parameters.boolean('IncludeInstances') !== false;
  return {
    AutoScalingGroups: shown.entries.map((group) => groupXml(group, withInstances)),
    NextToken: shown.nextToken,
  };
};

const describeActivities: Action = (world, parameters) => {
  const name = parameters.get('AutoScalingGroupName');
  const ids = new Set(parameters.list('ActivityIds'));
  const asked = requestedRecords(parameters, { usual: 100, most: 100 });
  const deleted = parameters.boolean('IncludeDeletedGroups') === true;
  if (name && !deleted) requiredGroup(world, parameters);
  const found = [...world.activities.values()].filter(
    (activity) =>
      (deleted || !activity.groupDeleted) &&
      (!name || activity.group === name || activity.groupArn === name) &&
      (ids.size === 0 || ids.has(activity.id)),
  );
  const shown = page(found, (activity) => ({ order: -activity.order, key: activity.id }), asked);
  return { Activities: shown.entries.map(activityXml), NextToken: shown.nextToken };
};

export const groupDescribes: Actions = {
  DescribeAutoScalingGroups: describeGroups,
  DescribeScalingActivities: describeActivities,
};

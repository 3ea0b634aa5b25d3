import {
  AutoScalingClient,
  CreateOrUpdateTagsCommand,
  DeleteTagsCommand,
  DescribeInstanceRefreshesCommand,
  DescribeLifecycleHooksCommand,
  DescribeScalingActivitiesCommand,
  paginateDescribeAutoScalingGroups,
  ResumeProcessesCommand,
  SuspendProcessesCommand,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CreateTagsCommand,
  EC2Client,
  type Instance,
  type InstanceStatus,
  paginateDescribeInstanceStatus,
  paginateDescribeInstances,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { awsConnection } from '../aws/connection.ts';
import { translateAwsError } from '../aws/translate.ts';
import type { AutoScalingRegion, AutoScalingRegions, Group, GroupSize, Machine } from './port.ts';
import { activeRefreshOf, autoScalingErrorCodes, failuresOf, groupOf, machineOf } from './translate.ts';

/** Most values that one call takes. */
const groupsPerCall = 50;
const filterValues = 200;
const statusesPerCall = 100;

/** The real Auto Scaling and EC2; the clients of a region are made when first asked for. */
export function awsAutoScalingRegions(): AutoScalingRegions & { close(): void } {
  const regions = new Map<string, AwsRegion>();
  return {
    region(name) {
      const region = regions.get(name) ?? new AwsRegion(name);
      regions.set(name, region);
      return region;
    },
    close() {
      for (const region of regions.values()) region.close();
      regions.clear();
    },
  };
}

class AwsRegion implements AutoScalingRegion {
  readonly region: string;
  readonly #scaling: AutoScalingClient;
  /** For calls that count: each takes something off. */
  readonly #counting: AutoScalingClient;
  readonly #ec2: EC2Client;

  constructor(region: string) {
    this.region = region;
    this.#scaling = new AutoScalingClient(awsConnection('autoscaling', region));
    this.#counting = new AutoScalingClient(awsConnection('autoscaling', region, 'throttled-only'));
    this.#ec2 = new EC2Client(awsConnection('ec2', region));
  }

  close(): void {
    this.#scaling.destroy();
    this.#counting.destroy();
    this.#ec2.destroy();
  }

  groups(names: readonly string[], signal?: AbortSignal): Promise<readonly Group[]> {
    return this.#call('Auto Scaling DescribeAutoScalingGroups', names.join(', '), false, async () => {
      const found: Group[] = [];
      for (const chunk of chunks(names, groupsPerCall)) {
        const pages = paginateDescribeAutoScalingGroups(
          { client: this.#scaling, pageSize: groupsPerCall },
          { AutoScalingGroupNames: [...chunk] },
          during(signal),
        );
        for await (const page of pages) found.push(...(page.AutoScalingGroups ?? []).map(groupOf));
      }
      return found;
    });
  }

  machines(instanceIds: readonly string[], signal?: AbortSignal): Promise<readonly Machine[]> {
    return this.#call('EC2 DescribeInstances', `${instanceIds.length} instances`, false, async () => {
      const instances: Instance[] = [];
      // By filter: a list of ids fails as a whole when EC2 has forgotten one of them.
      for (const chunk of chunks(instanceIds, filterValues)) {
        const pages = paginateDescribeInstances(
          { client: this.#ec2 },
          { Filters: [{ Name: 'instance-id', Values: [...chunk] }] },
          during(signal),
        );
        for await (const page of pages)
          instances.push(...(page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances));
      }
      const running = instances
        .filter(({ State }) => State?.Name === 'running')
        .map(({ InstanceId = '' }) => InstanceId);
      const statuses = new Map<string, InstanceStatus>();
      for (const chunk of chunks(running, statusesPerCall)) {
        const pages = paginateDescribeInstanceStatus(
          { client: this.#ec2 },
          {
            IncludeAllInstances: true,
            Filters: [{ Name: 'instance-state-name', Values: ['running'] }],
            InstanceIds: [...chunk],
          },
          during(signal),
        );
        for await (const page of pages)
          for (const status of page.InstanceStatuses ?? []) statuses.set(status.InstanceId ?? '', status);
      }
      const byId = new Map(instances.map((instance) => [instance.InstanceId ?? '', instance]));
      return instanceIds.map((instanceId): Machine => {
        const instance = byId.get(instanceId);
        if (instance === undefined)
          return { instanceId, state: 'missing', zone: '', group: null, checks: 'unknown', fencedBy: null };
        return machineOf(instance, statuses.get(instanceId));
      });
    });
  }

  failures(group: string, signal?: AbortSignal) {
    return this.#call('Auto Scaling DescribeScalingActivities', group, false, async () => {
      const answer = await this.#scaling.send(
        new DescribeScalingActivitiesCommand({ AutoScalingGroupName: group, MaxRecords: 20 }),
        during(signal),
      );
      return failuresOf(answer.Activities ?? []);
    });
  }

  launchHooks(group: string, signal?: AbortSignal) {
    return this.#call('Auto Scaling DescribeLifecycleHooks', group, false, async () => {
      const answer = await this.#scaling.send(
        new DescribeLifecycleHooksCommand({ AutoScalingGroupName: group }),
        during(signal),
      );
      return (answer.LifecycleHooks ?? [])
        .filter(({ LifecycleTransition }) => LifecycleTransition === 'autoscaling:EC2_INSTANCE_LAUNCHING')
        .map(({ LifecycleHookName = '' }) => LifecycleHookName);
    });
  }

  refresh(group: string, signal?: AbortSignal) {
    return this.#call('Auto Scaling DescribeInstanceRefreshes', group, false, async () => {
      const answer = await this.#scaling.send(
        new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: group, MaxRecords: 5 }),
        during(signal),
      );
      return activeRefreshOf(answer.InstanceRefreshes ?? []);
    });
  }

  tag(groups: readonly { readonly name: string; readonly tags: Readonly<Record<string, string>> }[]) {
    return this.#call('Auto Scaling CreateOrUpdateTags', namesOf(groups), true, async () => {
      const Tags = groups.flatMap(({ name, tags }) =>
        Object.entries(tags).map(([Key, Value]) => ({ ...tagOf(name, Key), Value, PropagateAtLaunch: false })),
      );
      await this.#scaling.send(new CreateOrUpdateTagsCommand({ Tags }));
    });
  }

  untag(groups: readonly { readonly name: string; readonly keys: readonly string[] }[]) {
    return this.#call('Auto Scaling DeleteTags', namesOf(groups), true, async () => {
      const Tags = groups.flatMap(({ name, keys }) => keys.map((key) => tagOf(name, key)));
      await this.#scaling.send(new DeleteTagsCommand({ Tags }));
    });
  }

  suspend(group: string, processes: readonly string[]) {
    return this.#call('Auto Scaling SuspendProcesses', group, true, async () => {
      await this.#scaling.send(
        new SuspendProcessesCommand({ AutoScalingGroupName: group, ScalingProcesses: [...processes] }),
      );
    });
  }

  resume(group: string, processes: readonly string[]) {
    return this.#call('Auto Scaling ResumeProcesses', group, true, async () => {
      await this.#scaling.send(
        new ResumeProcessesCommand({ AutoScalingGroupName: group, ScalingProcesses: [...processes] }),
      );
    });
  }

  resize(group: string, { min, max, desired }: GroupSize) {
    return this.#call('Auto Scaling UpdateAutoScalingGroup', group, true, async () => {
      await this.#scaling.send(
        new UpdateAutoScalingGroupCommand({
          AutoScalingGroupName: group,
          MinSize: min,
          MaxSize: max,
          DesiredCapacity: desired,
        }),
      );
    });
  }

  terminateAndShrink(group: string, instanceIds: readonly string[]) {
    return this.#call('Auto Scaling TerminateInstanceInAutoScalingGroup', group, true, async () => {
      await this.#counting.send(
        new TerminateInstanceInAutoScalingGroupCommand({
          AutoScalingGroupName: group,
          InstanceIds: [...instanceIds],
          ShouldDecrementDesiredCapacity: true,
        }),
      );
    });
  }

  tagMachines(instanceIds: readonly string[], tags: Readonly<Record<string, string>>) {
    return this.#call('EC2 CreateTags', instanceIds.join(', '), true, async () => {
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      await this.#ec2.send(new CreateTagsCommand({ Resources: [...instanceIds], Tags }));
    });
  }

  stopMachines(instanceIds: readonly string[], hard: boolean) {
    return this.#call('EC2 StopInstances', instanceIds.join(', '), true, async () => {
      await this.#ec2.send(new StopInstancesCommand({ InstanceIds: [...instanceIds], Force: hard }));
    });
  }

  startMachines(instanceIds: readonly string[]) {
    return this.#call('EC2 StartInstances', instanceIds.join(', '), true, async () => {
      await this.#ec2.send(new StartInstancesCommand({ InstanceIds: [...instanceIds] }));
    });
  }

  async #call<Answer>(operation: string, target: string, effect: boolean, run: () => Promise<Answer>): Promise<Answer> {
    try {
      return await run();
    } catch (error) {
      throw translateAwsError(error, { operation, target, region: this.region, effect }, autoScalingErrorCodes);
    }
  }
}

function tagOf(group: string, key: string) {
  return { ResourceType: 'auto-scaling-group', ResourceId: group, Key: key } as const;
}

function namesOf(groups: readonly { readonly name: string }[]): string {
  return groups.map(({ name }) => name).join(', ');
}

function during(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}

function chunks<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}

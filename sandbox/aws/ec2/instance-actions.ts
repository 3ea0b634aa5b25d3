import { type Action, type Actions, succeeded } from '../front/action.ts';
import { earlierUse, rememberUse } from '../front/idempotency.ts';
import type { World } from '../front/world.ts';
import { AwsFailure } from '../wire/failure.ts';
import type { QueryParameters } from '../wire/query.ts';
import type { XmlValue } from '../wire/xml.ts';
import { type Instance, InstanceState, instanceState, stateXml } from './instance.ts';
import { hasCapacity, launchInstances } from './launch.ts';
import { beginTermination } from './lifetime.ts';
import { comparable, requestedIds, stopDryRun } from './request.ts';
import { reservationsXml } from './reservations.ts';

const userShutdown = {
  code: 'Client.UserInitiatedShutdown',
  message: 'Client.UserInitiatedShutdown: User initiated shutdown',
};

export function requiredInstances(world: World, ids: readonly string[]): Instance[] {
  const missing = ids.filter((id) => !world.instances.get(id));
  if (missing.length > 0) {
    const list = missing.join(', ');
    throw new AwsFailure(
      'InvalidInstanceID.NotFound',
      missing.length === 1 ? `The instance ID '${list}' does not exist` : `The instance IDs '${list}' do not exist`,
    );
  }
  return ids.flatMap((id) => world.instances.get(id) ?? []);
}

function requestedInstances(world: World, parameters: QueryParameters): Instance[] {
  const ids = requestedIds(parameters, 'InstanceId', 'i', 'instanceId');
  if (ids.length === 0) throw new AwsFailure('MissingParameter', 'The request must contain the parameter InstanceId');
  return requiredInstances(world, [...new Set(ids)]);
}

const runInstances: Action = async (world, parameters) => {
  const count = parameters.integer('MaxCount') ?? 1;
  if (count < 1 || (parameters.integer('MinCount') ?? 1) > count) {
    throw new AwsFailure('InvalidParameterValue', 'MinCount must be at least 1 and MaxCount not below it.');
  }
  const token = parameters.get('ClientToken');
  const asked = comparable(parameters);
  while (token !== undefined && launching.has(token)) await launching.get(token);
  const earlier = earlierUse(world, 'RunInstances', token, asked);
  if (earlier) {
    const first = earlier.made.flatMap((id) => world.instances.get(id) ?? []);
    const alive = first.filter((instance) => instanceState(instance, world.now()) !== InstanceState.terminated);
    if (alive.length === 0) {
      throw new AwsFailure(
        'IdempotentInstanceTerminated',
        'The client token you have provided is associated with instances that are terminated.',
      );
    }
    return reservationsXml(world, alive)[0];
  }
  stopDryRun(parameters);
  const launch = launchInstances(world, parameters, count).then(({ instances }) => {
    rememberUse(world, 'RunInstances', token, {
      parameters: asked,
      made: instances.map((instance) => instance.id),
    });
    return instances;
  });
  if (token)
    launching.set(
      token,
      launch.catch(() => undefined).finally(() => launching.delete(token)),
    );
  return reservationsXml(world, await launch)[0];
};

/** Launches under way by client token: a repeat that comes in the middle waits for the first. */
const launching = new Map<string, Promise<unknown>>();

const terminateInstances: Action = async (world, parameters) => {
  const instances = requestedInstances(world, parameters);
  const guarded = instances.find((instance) => instance.disableApiTermination);
  if (guarded) {
    throw new AwsFailure(
      'OperationNotPermitted',
      `The instance '${guarded.id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
    );
  }
  stopDryRun(parameters);
  const changes = instances.map((instance) => {
    const before = instanceState(instance, world.now());
    beginTermination(world, instance, userShutdown);
    return change(world, instance.id, before);
  });
  await tellMoto(world, 'TerminateInstances', instances);
  return { instancesSet: changes };
};

/** Moto follows the front; what it no longer knows (it may have been started anew) is no error. */
export async function tellMoto(world: World, action: string, instances: readonly Instance[]): Promise<void> {
  const ids = Object.fromEntries(instances.map((instance, index) => [`InstanceId.${index + 1}`, instance.id]));
  await world.moto.call('ec2', action, ids).catch((error: unknown) => {
    if (!(error instanceof AwsFailure)) throw error;
  });
}

function change(world: World, id: string, before: InstanceState): XmlValue {
  const after = world.instances.get(id);
  return {
    instanceId: id,
    currentState: stateXml(after ? instanceState(after, world.now()) : InstanceState.terminated),
    previousState: stateXml(before),
  };
}

function wrongState(instance: Instance, verb: string): AwsFailure {
  return new AwsFailure(
    'IncorrectInstanceState',
    `The instance '${instance.id}' is not in a state from which it can be ${verb}.`,
  );
}

const stopInstances: Action = async (world, parameters) => {
  const instances = requestedInstances(world, parameters);
  const stoppable: readonly InstanceState[] = [InstanceState.running, InstanceState.stopping, InstanceState.stopped];
  for (const instance of instances) {
    if (!stoppable.includes(instanceState(instance, world.now()))) throw wrongState(instance, 'stopped');
  }
  stopDryRun(parameters);
  const now = world.now();
  const changes = instances.map((instance) => {
    const before = instanceState(instance, now);
    if (before === InstanceState.running) {
      world.instances.put(instance.id, {
        ...instance,
        state: InstanceState.stopping,
        next: { state: InstanceState.stopped, at: now + world.timing.instanceStopping },
        endedAt: now,
        stateReason: userShutdown,
      });
    }
    return change(world, instance.id, before);
  });
  await tellMoto(world, 'StopInstances', instances);
  return { instancesSet: changes };
};

const startInstances: Action = async (world, parameters) => {
  const instances = requestedInstances(world, parameters);
  const startable: readonly InstanceState[] = [InstanceState.stopped, InstanceState.pending, InstanceState.running];
  for (const instance of instances) {
    if (!startable.includes(instanceState(instance, world.now()))) throw wrongState(instance, 'started');
    if (!hasCapacity(world, instance.type, instance.zone)) {
      throw new AwsFailure('InsufficientInstanceCapacity', 'Insufficient capacity.', 500);
    }
  }
  stopDryRun(parameters);
  const now = world.now();
  const changes = instances.map((instance) => {
    const before = instanceState(instance, now);
    if (before === InstanceState.stopped) {
      const { endedAt: _ended, stateReason: _reason, impairedSince: _since, ...rest } = instance;
      world.instances.put(instance.id, {
        ...rest,
        state: InstanceState.pending,
        next: { state: InstanceState.running, at: now + world.timing.instancePending },
        launchTime: now,
        checks: { system: 'ok', instance: 'ok' },
      });
    }
    return change(world, instance.id, before);
  });
  await tellMoto(world, 'StartInstances', instances);
  return { instancesSet: changes };
};

const rebootInstances: Action = (world, parameters) => {
  requestedInstances(world, parameters);
  stopDryRun(parameters);
  return succeeded;
};

export const instanceActions: Actions = {
  RunInstances: runInstances,
  TerminateInstances: terminateInstances,
  StopInstances: stopInstances,
  StartInstances: startInstances,
  RebootInstances: rebootInstances,
};

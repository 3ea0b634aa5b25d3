/** What the front knows by itself, in tables that outlive it; everything else is moto's. */
import { randomBytes } from 'node:crypto';
import type { LifecycleHook, ScalingActivity } from '../autoscaling/group.ts';
import { GroupTable } from '../autoscaling/group-table.ts';
import type { Instance } from '../ec2/instance.ts';
import type { Snapshot } from '../ec2/snapshot.ts';
import type { Volume } from '../ec2/volume.ts';
import type { VolumeDirectories } from '../volumes.ts';
import type { FaultRule, StandingFaults } from './faults.ts';
import type { Moto } from './moto.ts';
import type { DurableStore, Table } from './store.ts';
import { defaultTiming, type Timing } from './timing.ts';

/** A client token and what its first use made. `parameters` is the request in a comparable form. */
export interface TokenUse {
  readonly parameters: string;
  /** Ids of what was made. */
  readonly made: readonly string[];
  readonly usedAt: number;
}

export class World {
  readonly volumes: Table<Volume>;
  readonly snapshots: Table<Snapshot>;
  readonly instances: Table<Instance>;
  readonly groups: GroupTable;
  readonly activities: Table<ScalingActivity>;
  readonly hooks: Table<LifecycleHook>;
  /** By `<action>/<token>`. */
  readonly tokens: Table<TokenUse>;
  readonly faultRules: Table<FaultRule>;
  private readonly settings: Table<unknown>;
  readonly moto: Moto;
  readonly directories: VolumeDirectories;

  constructor(store: DurableStore, moto: Moto, directories: VolumeDirectories) {
    this.volumes = store.table('volumes');
    this.snapshots = store.table('snapshots');
    this.instances = store.table('instances');
    this.groups = new GroupTable(store);
    this.activities = store.table('activities');
    this.hooks = store.table('hooks');
    this.tokens = store.table('tokens');
    this.faultRules = store.table('faultRules');
    this.settings = store.table('settings');
    this.moto = moto;
    this.directories = directories;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return Date.now();
  }

  get timing(): Timing {
    return { ...defaultTiming, ...(this.settings.get('timing') as Partial<Timing> | undefined) };
  }

  setTiming(changes: Partial<Timing>): void {
    this.settings.put('timing', { ...(this.settings.get('timing') as Partial<Timing> | undefined), ...changes });
  }

  get standingFaults(): StandingFaults {
    const stored = this.settings.get('standingFaults') as Partial<StandingFaults> | undefined;
    return {
      failingVolumes: 0,
      failingVolumesEnd: 'error',
      failingSnapshots: {},
      zonesWithoutCapacity: {},
      brokenLaunchTemplates: [],
      vcpuQuota: 10_000,
      ...stored,
    };
  }

  setStandingFaults(changes: Partial<StandingFaults>): void {
    this.settings.put('standingFaults', { ...this.standingFaults, ...changes });
  }

  /** Names the life of moto that the seeded resources belong to; undefined before the first seed. */
  get generation(): string | undefined {
    return this.settings.get('generation') as string | undefined;
  }

  set generation(value: string | undefined) {
    if (value === undefined) this.settings.delete('generation');
    else this.settings.put('generation', value);
  }

  /** 1, 2, 3, ... for each name, also across restarts. */
  nextNumber(name: string): number {
    const next = ((this.settings.get(`number/${name}`) as number | undefined) ?? 0) + 1;
    this.settings.put(`number/${name}`, next);
    return next;
  }

  /** Forgets every resource, token, fault and setting. Directories and moto are not touched. */
  clear(): void {
    for (const table of [this.volumes, this.snapshots, this.instances, this.groups, this.activities, this.hooks]) {
      table.clear();
    }
    this.tokens.clear();
    this.faultRules.clear();
    this.settings.clear();
  }
}

/** An id in AWS's form: `vol-` and 17 hexadecimal digits. */
export function newId(prefix: 'vol' | 'snap' | 'r'): string {
  return `${prefix}-0${randomBytes(8).toString('hex')}`;
}

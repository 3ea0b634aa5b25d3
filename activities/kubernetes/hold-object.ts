import { RekindleError } from '../../errors/rekindle-error.ts';
import type { Pace } from '../pace.ts';
import { holdMethodOf } from './hold-methods.ts';
import { type HoldRecord, holdRecordOf, isHeldBy, withHolder, withoutHolder } from './hold-record.ts';
import { describeRef } from './kinds.ts';
import { type Holder, holdAnnotation } from './marks.ts';
import { mergePatches } from './merge-patches.ts';
import type { Workload } from './objects.ts';
import type { KubernetesObject, KubernetesPort, MergePatch } from './port.ts';

export interface HeldObjectRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Holds only the object with this uid; absent: whichever has the name. */
  readonly uid?: string;
}

/** Compare-and-set rounds of one call; other writers are few, and Temporal repeats the call. */
const rounds = 6;
const observationLimitMs = 20_000;

/**
 * Joins the hold of an object, as its first holder or a later one. Null when the object is gone.
 * Invariants: see HoldRecord. The writes are: record (and preparation), then, once its controller saw that, the hold itself.
 */
export async function holdObject(
  port: KubernetesPort,
  ref: HeldObjectRef,
  holder: Holder,
  pace: Pace,
): Promise<HoldRecord | null> {
  const method = holdMethodOf(ref.kind);
  for (let round = 1; ; round++) {
    const object = await port.read(method.kind, ref, pace.signal());
    if (object === null) return null;
    requireSame(ref, object);
    const known = readRecord(ref, object);
    const record = withHolder(known, holder, known?.before ?? method.capture(object));
    try {
      const preparation = method.prepare(object);
      if (preparation !== null) {
        await write(port, ref, object, mergePatches(recordPatch(record), preparation));
        continue;
      }
      if (!method.holds(object) && method.prepared(record.before)) await observed(port, ref, object, pace);
      if (!method.holds(object)) await write(port, ref, object, mergePatches(recordPatch(record), method.hold));
      else if (record !== known) await write(port, ref, object, recordPatch(record));
      return record;
    } catch (error) {
      await again(error, round, pace);
    }
  }
}

export interface Released {
  /** False when others still hold the object, or when it is gone. */
  readonly restored: boolean;
  readonly stillHeldBy: readonly Holder[];
  /** One word or two for the timeline: `put back`, `held by 1 other`, `was not held`, `gone`. */
  readonly state: string;
}

/** Leaves the hold; the last to leave puts the object back in the same write. Nothing to do is no error. */
export async function releaseObject(
  port: KubernetesPort,
  ref: HeldObjectRef,
  recoveryId: string,
  pace: Pace,
): Promise<Released> {
  const method = holdMethodOf(ref.kind);
  for (let round = 1; ; round++) {
    const object = await port.read(method.kind, ref, pace.signal());
    // An object of the same name but another uid was made afresh, and was never held by us.
    if (object === null || (ref.uid !== undefined && object.metadata.uid !== ref.uid)) {
      return { restored: false, stillHeldBy: [], state: 'gone' };
    }
    const record = readRecord(ref, object);
    if (record === null || !isHeldBy(record, recoveryId)) {
      const others = record?.holders ?? [];
      return { restored: others.length === 0, stillHeldBy: others, state: heldBy(others) ?? 'was not held' };
    }
    const rest = withoutHolder(record, recoveryId);
    const patch = rest === null ? mergePatches(method.putBack(record.before, object), noRecord) : recordPatch(rest);
    try {
      await write(port, ref, object, patch);
      const others = rest?.holders ?? [];
      return { restored: rest === null, stillHeldBy: others, state: heldBy(others) ?? 'put back' };
    } catch (error) {
      await again(error, round, pace);
    }
  }
}

const noRecord: MergePatch = { metadata: { annotations: { [holdAnnotation]: null } } };

function recordPatch(record: HoldRecord): MergePatch {
  return { metadata: { annotations: { [holdAnnotation]: JSON.stringify(record) } } };
}

function heldBy(others: readonly Holder[]): string | null {
  return others.length === 0 ? null : `still held by ${others.map(({ workflowId }) => workflowId).join(', ')}`;
}

function write(port: KubernetesPort, ref: HeldObjectRef, seen: KubernetesObject, patch: MergePatch) {
  const { uid, resourceVersion } = seen.metadata;
  return port.patch(holdMethodOf(ref.kind).kind, ref, patch, {
    ...(uid !== undefined && { uid }),
    ...(resourceVersion !== undefined && { resourceVersion }),
  });
}

function requireSame(ref: HeldObjectRef, object: KubernetesObject): void {
  if (ref.uid === undefined || object.metadata.uid === ref.uid) return;
  throw new RekindleError('drifted', `${describeRef(holdMethodOf(ref.kind).kind, ref)} was made anew since the plan`);
}

function readRecord(ref: HeldObjectRef, object: KubernetesObject): HoldRecord | null {
  try {
    return holdRecordOf(object);
  } catch (cause) {
    const target = describeRef(holdMethodOf(ref.kind).kind, ref);
    throw new RekindleError('hold-record-damaged', `${target}: the annotation ${holdAnnotation} cannot be read`, {
      cause,
    });
  }
}

async function again(error: unknown, round: number, pace: Pace): Promise<void> {
  if (!(error instanceof RekindleError) || error.code !== 'conflict' || round >= rounds) throw error;
  await pace.sleep(50 * round);
}

/** Waits until the kind's controller acts on the generation that was written. */
async function observed(
  port: KubernetesPort,
  ref: HeldObjectRef,
  written: KubernetesObject,
  pace: Pace,
): Promise<void> {
  const method = holdMethodOf(ref.kind);
  const deadline = pace.now() + observationLimitMs;
  for (;;) {
    const object = await port.read<Workload>(method.kind, ref, pace.signal());
    if (object === null || (object.status?.observedGeneration ?? 0) >= (written.metadata.generation ?? 0)) return;
    if (pace.now() > deadline) {
      throw new RekindleError('not-yet', `${describeRef(method.kind, ref)}: its controller did not take the change up`);
    }
    await pace.sleep(200);
  }
}

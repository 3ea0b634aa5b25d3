import type { DurableStore, Table } from '../front/store.ts';
import type { AutoScalingGroup, Member } from './group.ts';

type GroupRow = Omit<AutoScalingGroup, 'members'>;
type MemberRow = Member & { readonly group: string };

/**
 * The groups, each with its members. Only the members that a change touched are written: a group of hundreds changes one member at a
 * time. A change makes new objects for what differs and keeps the others.
 */
export class GroupTable {
  private readonly rows: Table<GroupRow>;
  private readonly memberRows: Table<MemberRow>;
  private readonly groups = new Map<string, AutoScalingGroup>();

  constructor(store: DurableStore) {
    this.rows = store.table('groups');
    this.memberRows = store.table('members');
    for (const [name, row] of this.rows.entries()) this.groups.set(name, { ...row, members: [] });
    for (const { group: name, ...member } of this.memberRows.values()) {
      const group = this.groups.get(name);
      if (group) this.groups.set(name, { ...group, members: [...group.members, member] });
    }
  }

  get(name: string): AutoScalingGroup | undefined {
    return this.groups.get(name);
  }

  values(): IterableIterator<AutoScalingGroup> {
    return this.groups.values();
  }

  put(name: string, group: AutoScalingGroup): AutoScalingGroup {
    const { members, ...row } = group;
    const before = new Map((this.groups.get(name)?.members ?? []).map((member) => [member.instanceId, member]));
    for (const member of members) {
      if (before.get(member.instanceId) !== member) this.memberRows.put(key(name, member), { ...member, group: name });
      before.delete(member.instanceId);
    }
    for (const gone of before.values()) this.memberRows.delete(key(name, gone));
    this.rows.put(name, row);
    this.groups.set(name, group);
    return group;
  }

  delete(name: string): void {
    for (const member of this.groups.get(name)?.members ?? []) this.memberRows.delete(key(name, member));
    this.rows.delete(name);
    this.groups.delete(name);
  }

  clear(): void {
    for (const name of [...this.groups.keys()]) this.delete(name);
  }
}

function key(group: string, member: Member): string {
  return `${group}/${member.instanceId}`;
}

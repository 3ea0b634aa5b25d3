import { type CodeEntry, permanent, refusal, transient } from '../code-entry.ts';

/** Codes of nodes, instances and Auto Scaling groups. */
export const nodeCodes = {
  // What is asked for
  'group-unknown': refusal('Name Auto Scaling groups of the region, in `autoScalingGroups` or in the inventory.'),
  'capacity-below-present': refusal('This recovery only adds nodes; take capacity away by the means of the group.'),
  'nodes-healthy': refusal('No node is dead by both Kubernetes and EC2; nothing was changed.'),
  // Proof of death
  'observer-suspected': refusal(
    'Nothing was changed. Look at the API server and at the network between it and the nodes: they are what all nodes share.',
  ),
  'nodes-partitioned': refusal(
    'Nothing was terminated. EC2 finds the machines well: mend the network or the kubelet; their pods may still run.',
  ),
  'nodes-settling': refusal('Kubernetes and EC2 do not agree yet; start again in a minute.'),
  'launch-suspended': refusal('Find out who suspended the process, resume it in the named groups, then start again.'),
  'machine-alive': permanent(
    'The machine came back to life and was left alone; decide `abort` and start again with new facts.',
  ),
  // Draining living nodes
  'node-unknown': refusal('Name nodes as `kubectl get nodes` does.'),
  'node-not-drainable': refusal(
    'Name only living worker nodes of the groups; dead ones are found without being named.',
  ),
  'pod-unmanaged': permanent(
    'Nobody would make the pod again: delete it or give it a controller, then decide `retry`.',
  ),
  'several-budgets': permanent('Let one PodDisruptionBudget alone select the pod, then decide `retry`.'),
  'budget-blocks-eviction': permanent(
    'Get the pods that the budget counts healthy, or widen the budget, then decide `retry`.',
  ),
  // Capacity
  'group-held': permanent('Another recovery holds the group; wait for it or cancel it, then decide `retry`.'),
  'group-hold-damaged': permanent(
    'Put min, max, desired and processes of the group right by hand, take the tags off, then decide `retry`.',
  ),
  'capacity-missing': permanent(
    'Get capacity (another instance type, another zone for the group, a reservation), then decide `retry`.',
  ),
  'launch-failed': permanent('Mend what the scaling activity names, then decide `retry`.'),
  'lifecycle-hook-waiting': permanent(
    'Complete the lifecycle hook or find out why its owner does not, then decide `retry`.',
  ),
  'nodes-do-not-join': permanent(
    'Mend the launch template (image, user data, role, security groups), then decide `abort` and start again.',
  ),
  'node-not-empty': permanent(
    'Look at what keeps the pods or attachments on the dead node, then decide `retry` or `skip`.',
  ),
  'not-terminated-yet': transient('Auto Scaling still ends the machine; the wait is repeated.'),
} as const satisfies Record<string, CodeEntry>;

import type { RecoveryInput } from '../workflows/recovery/input.ts';
import { recoveryAttributes } from '../workflows/recovery/search-attributes.ts';
import type { StartableScenario } from './scenarios.ts';

/** Characters of the summary; Temporal takes 400 bytes, and encryption adds to them. */
const summaryLimit = 160;

/**
 * A worker that dies in the middle of a workflow task keeps it for so long; Temporal's own 10 s are twice what a restart takes. A
 * task is a matter of milliseconds: one that overruns is only begun again.
 */
const workflowTaskTimeout = '5 seconds';

/** How a recovery is started, and what it shows in the Temporal UI before its worker has said anything. Search attributes are not encrypted. */
export function startOptions(scenario: StartableScenario, input: RecoveryInput) {
  const { cluster, requestedBy, reason, incident } = input;
  const prefix = `${scenario.slug}/${cluster}`;
  const target = scenario.workflowId(input).slice(prefix.length + 1);
  const summary = [scenario.slug, ...(target === '' ? [] : [target]), `on ${cluster}`].join(' ');
  const facts = [
    ['Requested by', requestedBy],
    ['Reason', reason],
    ['Incident', incident],
  ].flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return {
    workflowTaskTimeout,
    staticSummary: summary.length > summaryLimit ? `${summary.slice(0, summaryLimit - 1)}…` : summary,
    staticDetails: [scenario.summary, ...facts].join('\n\n'),
    memo: {
      scenario: scenario.slug,
      cluster,
      ...(requestedBy !== undefined && { requestedBy }),
      ...(reason !== undefined && { reason }),
      ...(incident !== undefined && { incident }),
    },
    typedSearchAttributes: [
      { key: recoveryAttributes.scenario, value: scenario.slug },
      { key: recoveryAttributes.cluster, value: cluster },
      ...(incident === undefined ? [] : [{ key: recoveryAttributes.incident, value: incident }]),
    ],
  };
}

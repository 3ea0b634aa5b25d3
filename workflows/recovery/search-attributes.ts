import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** Typed search attributes of every recovery. Never a secret: they are not encrypted. SQL visibility has ten keyword slots. */
export const recoveryAttributes = {
  scenario: defineSearchAttributeKey('RekindleScenario', SearchAttributeType.KEYWORD),
  cluster: defineSearchAttributeKey('RekindleCluster', SearchAttributeType.KEYWORD),
  target: defineSearchAttributeKey('RekindleTarget', SearchAttributeType.KEYWORD),
  phase: defineSearchAttributeKey('RekindlePhase', SearchAttributeType.KEYWORD),
  waitingFor: defineSearchAttributeKey('RekindleWaitingFor', SearchAttributeType.KEYWORD),
  result: defineSearchAttributeKey('RekindleResult', SearchAttributeType.KEYWORD),
  incident: defineSearchAttributeKey('RekindleIncident', SearchAttributeType.KEYWORD),
} as const;

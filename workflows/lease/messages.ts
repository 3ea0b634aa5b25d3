import { defineQuery, defineUpdate } from '@temporalio/workflow';
import {
  type AcquireAnswer,
  type AcquireRequest,
  acquireUpdateName,
  holdingsQueryName,
  releaseUpdateName,
} from './contract.ts';
import type { Holder, Holding } from './scopes.ts';

export const acquireUpdate = defineUpdate<AcquireAnswer, [AcquireRequest]>(acquireUpdateName);
export const releaseUpdate = defineUpdate<void, [Holder]>(releaseUpdateName);
export const holdingsQuery = defineQuery<readonly Holding[]>(holdingsQueryName);

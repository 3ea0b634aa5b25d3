import {
  QueryNotRegisteredError,
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure, NamespaceNotFoundError, RetryState, ValueError } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { type Asked, translateClientError } from '../../../client/translate.ts';
import { RekindleError } from '../../../errors/rekindle-error.ts';

const workflowId = 'volume-rebind/prod/a/b';
const place = { address: 'temporal:7233', namespace: 'dr', taskQueue: 'rekindle' };
const asked: Asked = { doing: `show ${workflowId}`, workflowId, place };

function serviceError(code: number, details: string): ServiceError {
  const cause = Object.assign(new Error(details), { code, details, metadata: {} });
  return new ServiceError('Failed', { cause });
}

describe('what Temporal throws', () => {
  it.each([
    [
      'a recovery of the target that runs',
      new WorkflowExecutionAlreadyStartedError('', workflowId, 't'),
      'already-running',
      `rekindle watch ${workflowId}`,
    ],
    ['an unknown id', new WorkflowNotFoundError('', workflowId, undefined), 'unknown-recovery', 'rekindle list'],
    ['a workflow of another kind', new QueryNotRegisteredError('', 3), 'not-a-recovery', 'rekindle list'],
    ['an unknown namespace', new NamespaceNotFoundError('dr2'), 'unknown-namespace', 'TEMPORAL_NAMESPACE'],
    [
      'an update that nobody took',
      new WorkflowUpdateRPCTimeoutOrCancelledError('deadline'),
      'no-worker',
      'rekindle worker',
    ],
    ['payloads without their keys', new ValueError('Unknown encoding'), 'unreadable', 'REKINDLE_CODEC_KEYS'],
    ['a question past its time', serviceError(4, 'timed out'), 'no-worker', 'rekindle worker'],
    ['a question past our own time', serviceError(1, 'Call cancelled'), 'no-worker', 'rekindle worker'],
    ['a question that no worker ever took', serviceError(9, 'closed before'), 'no-worker', 'rekindle worker'],
    ['a server that is away', serviceError(14, 'refused'), 'unreachable', 'temporal:7233'],
    ['a wrong identity', serviceError(16, 'bad token'), 'not-allowed', 'temporal.apiKeyFile'],
    ['a weak identity', serviceError(7, 'reader'), 'not-allowed', 'temporal.apiKeyFile'],
    [
      'a namespace without search attributes',
      serviceError(3, 'no mapping defined for search attribute RekindleScenario'),
      'no-search-attributes',
      'rekindle worker',
    ],
    ['any other refusal', serviceError(3, 'id too long'), 'temporal-refused', 'id too long'],
  ])('of %s is told with its code and what to do', (_what, error, code, advice) => {
    const translated = translateClientError(error, asked);
    expect(translated).toMatchObject({ name: 'ClientError', code, cause: error });
    expect((translated as Error).message).toContain(advice);
  });

  it('keeps the words of a rejected update', () => {
    const said = ApplicationFailure.create({ message: 'planHash: got x, the plan now is y' });
    const translated = translateClientError(new WorkflowUpdateFailedError('failed', said), asked) as Error;
    expect(translated.message).toMatch(/^rejected: planHash: got x, the plan now is y\./);
  });

  it('names the code of a run that broke', () => {
    const cause = ApplicationFailure.create({ type: 'forbidden', message: 'may not' });
    const error = new WorkflowFailedError('failed', cause, RetryState.NON_RETRYABLE_FAILURE);
    const translated = translateClientError(error, asked);
    expect(translated).toMatchObject({ code: 'failed', message: expect.stringContaining('forbidden: may not') });
  });

  it('lets the error of a codec through, also when it came while an answer was read', () => {
    const missing = new RekindleError('codec-key-missing', 'no key 2026');
    expect(translateClientError(missing, asked)).toBe(missing);
    expect(translateClientError(new ServiceError('Unexpected', { cause: missing }), asked)).toBe(missing);
  });

  it('leaves alone what is none of Temporal’s', () => {
    const defect = new TypeError('x is not a function');
    expect(translateClientError(defect, asked)).toBe(defect);
  });
});

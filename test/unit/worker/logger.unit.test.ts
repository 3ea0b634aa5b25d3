import { describe, expect, it } from 'vitest';
import { describeError } from '../../../worker/logger.ts';

describe('an error in the log', () => {
  it('shows name, code, first line and causes, and where it was thrown', () => {
    const cause = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    expect(describeError(new TypeError('first\nsecond', { cause }))).toEqual({
      name: 'TypeError',
      message: 'first',
      at: expect.stringMatching(/^at /),
      cause: { name: 'Error', message: 'socket hang up', code: 'ECONNRESET', at: expect.any(String) },
    });
  });

  it('leaves out properties that quote requests and answers', () => {
    const error = Object.assign(new Error('HTTP-Code: 403'), {
      body: '{"token":"hunter2"}',
      headers: { a: 'hunter2' },
    });
    expect(JSON.stringify(describeError(error))).not.toContain('hunter2');
  });
});

import { AwsFailure } from '../wire/failure.ts';
import type { Caller } from './caller.ts';

/** The one key that the front judges: it reads S3 and does nothing else, as a policy for readers of backups says. */
export const readerKeyId = 'sandbox-reader';

/** Why the call of a reader is denied; undefined for what it may do, and for everybody else. */
export function deniedToReader({ accessKeyId, service }: Caller, action: string): AwsFailure | undefined {
  if (accessKeyId !== readerKeyId || (service === 's3' && /^(Get|Head|List)/.test(action))) return undefined;
  return new AwsFailure('AccessDenied', `User: ${readerKeyId} is not authorized to perform: ${service}:${action}`, 403);
}

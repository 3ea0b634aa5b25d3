import { type Repeats, sharedRetryStrategy } from './client.ts';

/**
 * Options of every AWS client. Addresses and credentials come by the SDK's own chain (environment, profile, web identity,
 * instance role), so that a worker on AWS needs no keys. Few attempts: Temporal does the patient retrying, visibly.
 */
export function awsConnection(service: string, region: string, repeats: Repeats = 'what-failed') {
  const sockets = { keepAlive: true, maxSockets: 128 } as const;
  return {
    region,
    /** Lets CloudTrail tell what Rekindle did from what people and controllers did. */
    customUserAgent: 'rekindle',
    retryStrategy: sharedRetryStrategy(service, region, 3, repeats),
    requestHandler: {
      connectionTimeout: 3_000,
      requestTimeout: 15_000,
      throwOnRequestTimeout: true,
      httpAgent: sockets,
      httpsAgent: sockets,
    },
  } as const;
}

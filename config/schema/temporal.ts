import { z } from 'zod';
import { hostAndPort, path, text } from './names.ts';

/** mTLS or server TLS. `{}` alone means TLS with the system's certificate authorities. */
const tls = z
  .strictObject({
    serverName: text
      .optional()
      .describe('Name to verify in the server certificate, when it is not the host of the address.'),
    caFile: path.optional().describe('Certificate authority of the server; default: those of the system.'),
    certFile: path.optional().describe('Client certificate (mTLS); needs keyFile.'),
    keyFile: path.optional().describe('Key of the client certificate; needs certFile.'),
  })
  .refine((value) => (value.certFile === undefined) === (value.keyFile === undefined), {
    message: 'certFile and keyFile together, or neither',
  });

/** How to reach Temporal. The environment (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`) wins over this. */
export const temporalSchema = z.strictObject({
  address: hostAndPort.default('127.0.0.1:7233').describe('Frontend of the Temporal service, host:port.'),
  namespace: text.default('default').describe('Temporal namespace that holds the recoveries.'),
  taskQueue: text.default('rekindle').describe('Task queue of the orchestrator.'),
  tls: tls.optional().describe('TLS towards Temporal; leave out for plain text.'),
  apiKeyFile: path.optional().describe('File that holds the API key, mode 0600.'),
});

/** Payload encryption. Without a key file inputs, results and failures lie readable in the history. */
export const codecSchema = z.strictObject({
  keyFile: path.describe('JSON file {"keys":[{"id","key"}]}, base64 of 32 bytes each, mode 0600; the first encrypts.'),
});

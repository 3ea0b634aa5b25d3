import { Command, InvalidArgumentError } from 'commander';
import { loadSettings } from '../../../config/settings.ts';
import { printText } from '../output.ts';
import { UsageError } from '../usage-error.ts';

interface CodecServerCommandOptions {
  readonly tokenFile: string;
  readonly uiOrigin: readonly string[];
  readonly host: string;
  readonly port: number;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

export function codecServerCommand(): Command {
  return new Command('codec-server')
    .summary('let the Temporal UI read encrypted recoveries')
    .description('Serve Temporal’s remote codec protocol to the UI, behind a token or a login.')
    .requiredOption('--token-file <file>', 'file of mode 0600 that holds the token (at least 16 characters)')
    .option('--ui-origin <url...>', 'origin of the Temporal UI; default REKINDLE_UI_URL', [])
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .option('--port <number>', 'port, 0 for a free one', portNumber, 8081)
    .option('--tls-cert <file>', 'serve TLS with this certificate')
    .option('--tls-key <file>', 'and this key')
    .action(serve);
}

async function serve(options: CodecServerCommandOptions): Promise<void> {
  const { codecKeyFile, environment } = loadSettings();
  if (codecKeyFile === null) {
    throw new UsageError('no codec keys: set codec.keyFile in the inventory or REKINDLE_CODEC_KEYS.');
  }
  const uiOrigins =
    options.uiOrigin.length > 0 ? options.uiOrigin : environment.uiUrl === null ? [] : [environment.uiUrl];
  if (uiOrigins.length === 0)
    throw new UsageError('--ui-origin: give the address of the Temporal UI, or set REKINDLE_UI_URL.');
  const { tlsCert: certFile, tlsKey: keyFile, tokenFile, host, port } = options;
  if ((certFile === undefined) !== (keyFile === undefined))
    throw new UsageError('--tls-cert and --tls-key go together.');
  const tls = certFile === undefined || keyFile === undefined ? {} : { tls: { certFile, keyFile } };
  const { startCodecServer } = await import('../../../temporal/codec-server/server.ts');
  const server = await startCodecServer({ keyFile: codecKeyFile, tokenFile, uiOrigins, host, port, ...tls });
  printText(`codec server at ${server.url} for ${uiOrigins.join(', ')}`);
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
  await server.close();
}

function portNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535) throw new InvalidArgumentError('expected 0 to 65535');
  return value;
}

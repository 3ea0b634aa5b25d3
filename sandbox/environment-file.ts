/** `<dir>/env`: the standard names under which everything finds this sandbox; for dotenv, and for `set -a; . <dir>/env`. */
import type { SandboxContext } from './context.ts';
import { binariesDirectory } from './parts/binaries-directory.ts';

/** The emulator takes any key; these are not the user's and open nothing. */
export const sandboxCredentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox-not-a-secret' } as const;

/** Every variable but PATH. The ports must have been chosen. */
export function sandboxEnvironment(context: SandboxContext): Record<string, string> {
  const { state } = context;
  const url = (port: string) => `http://127.0.0.1:${state.knownPort(port)}`;
  return {
    KUBECONFIG: context.path('kubeconfig'),
    AWS_ENDPOINT_URL: url('aws-front'),
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: sandboxCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: sandboxCredentials.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
    TEMPORAL_ADDRESS: `127.0.0.1:${state.knownPort('temporal')}`,
    TEMPORAL_NAMESPACE: 'default',
    REKINDLE_CONFIG: context.path('rekindle.yaml'),
    REKINDLE_CODEC_KEYS: context.path('secrets', 'codec-keys.json'),
    REKINDLE_UI_URL: url('temporal-ui'),
    REKINDLE_CODEC_ENDPOINT: url('codec-server'),
    REKINDLE_SANDBOX_DIR: context.dir,
  };
}

function quoted(value: string): string {
  return /^[\w./:@%+,=-]*$/.test(value) ? value : `"${value.replace(/(["\\$`])/g, '\\$1')}"`;
}

export function renderEnvironmentFile(context: SandboxContext): string {
  const lines = Object.entries(sandboxEnvironment(context)).map(([name, value]) => `${name}=${quoted(value)}`);
  return `${lines.join('\n')}\nPATH="${binariesDirectory(context)}:$PATH"\n`;
}

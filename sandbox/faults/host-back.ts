import { startHostInstance } from '../aws/host-instances.ts';
import { sandboxCredentials } from '../environment-file.ts';
import { startSupervisor } from '../hosts/control-plane-part.ts';
import type { HostDirectory } from '../hosts/host-directory.ts';
import { signalHost } from '../hosts/host-signals.ts';
import type { Sandbox } from '../sandbox.ts';

/** A frozen host goes on; one that was stopped in EC2 boots, with the manifests and the data that it had. */
export async function bringHostBack(sandbox: Sandbox, host: HostDirectory): Promise<void> {
  await startHostInstance({ endpoint: sandbox.awsEndpoint, credentials: sandboxCredentials }, host.name);
  signalHost(sandbox.context, host, 'SIGCONT');
  await startSupervisor(sandbox.context, host);
}

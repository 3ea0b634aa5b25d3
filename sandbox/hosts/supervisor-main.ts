/** The program of a control-plane host: `supervisor-main.ts <host directory> <cluster> <name> <binaries directory>`. */
import { hostDirectoryAt } from './host-directory.ts';
import { HostSupervisor } from './host-supervisor.ts';

const [dir, cluster, name, binaries] = process.argv.slice(2);
if (!dir || !cluster || !name || !binaries) throw new Error('usage: supervisor-main.ts DIR CLUSTER NAME BINARIES');

const log = (line: string): void => console.log(`${new Date().toISOString()} ${line}`);
const supervisor = new HostSupervisor(hostDirectoryAt(dir, cluster, name), binaries, log);
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void supervisor.stop().then(() => process.exit(0));
  });
}
await supervisor.run();

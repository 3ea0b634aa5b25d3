/** `npm run bench -- <slug>`: the ratios of a scenario, into docs/benchmarks.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Sandbox, UpOptions } from '../../sandbox/sandbox.ts';
import { temporarySandbox } from '../../sandbox/temporary-sandbox.ts';
import { readOptions } from '../read-options.ts';
import { type BenchGround, openBenchGround } from './bench-ground.ts';
import { benchEtcdRestore } from './etcd-restore/bench.ts';
import { measureKill } from './measure-kill.ts';
import { measureMany } from './measure-many.ts';
import { measureNodes } from './measure-nodes.ts';
import { measureOne } from './measure-one.ts';
import { benchNamespaceRestore } from './namespace-restore/bench.ts';
import { type Figures, renderFigures } from './render.ts';
import { renderNodes } from './render-nodes.ts';
import { replaceSection, sectionOf } from './sections.ts';

const usage = `npm run bench -- volume-rebind | node-replacement | etcd-restore | namespace-restore [options]

volume-rebind:
  --parts P,...      one, kill, many (default all)
  --rounds N         recoveries behind each median (default 5)
  --at-once N        volumes lost at once (default 100)
  --plain-sample N   recoveries of the plain program behind its figure for that (default 10)

node-replacement:
  --sizes N,...      dead nodes (default 10,100,500); sizes of an earlier run stay in the table
  --plain-nodes N    nodes that the plain program replaces one after another (default 3)

etcd-restore:
  --rounds N         restores of a small snapshot behind each median; a third of them of a large one (default 5)
  --snapshot-mib N   size of the large snapshot (default 500)

namespace-restore:
  --rounds N         restores behind each median (default 5)
  --objects N        objects of the backup (default 2000)

all:
  --sandbox DIR      use and keep the sandbox of that directory; by default a fresh one is made and removed
  --no-write         print the figures and leave docs/benchmarks.md as it is`;

const { values, positionals } = readOptions(
  {
    allowPositionals: true,
    allowNegative: true,
    options: {
      parts: { type: 'string', default: 'one,kill,many' },
      rounds: { type: 'string', default: '5' },
      'at-once': { type: 'string', default: '100' },
      'plain-sample': { type: 'string', default: '10' },
      sizes: { type: 'string', default: '10,100,500' },
      'plain-nodes': { type: 'string', default: '3' },
      'snapshot-mib': { type: 'string', default: '500' },
      objects: { type: 'string', default: '2000' },
      sandbox: { type: 'string' },
      write: { type: 'boolean', default: true },
    },
  },
  usage,
);

const rounds = Number(values.rounds);
const benchmarks = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));

async function volumeSection(ground: BenchGround): Promise<string> {
  const wanted = (part: string) => values.parts.split(',').includes(part);
  const figures: { -readonly [part in keyof Figures]: Figures[part] } = {};
  if (wanted('one')) {
    console.log(`one recovery at a time, ${rounds} rounds`);
    figures.one = await measureOne(ground, rounds);
  }
  if (wanted('kill')) {
    console.log(`SIGKILL, ${rounds} rounds of each kind`);
    figures.kill = await measureKill(ground, rounds);
  }
  if (wanted('many')) {
    console.log(`${values['at-once']} volumes lost at once`);
    figures.many = await measureMany(ground, Number(values['at-once']), Number(values['plain-sample']));
  }
  return renderFigures('volume-rebind', figures, new Date());
}

/** Written after each size, so that a large one that fails takes nothing of the others with it. */
async function nodesSection(ground: BenchGround): Promise<string> {
  const slug = 'node-replacement';
  const sizes = values.sizes.split(',').map(Number);
  const before = sectionOf(readFileSync(benchmarks, 'utf8'), slug);
  let section = '';
  const leaveLast = values.sandbox === undefined;
  await measureNodes(ground, sizes, Number(values['plain-nodes']), leaveLast, (recoveries) => {
    section = renderNodes(slug, recoveries, new Date(), before);
    publish(slug, section);
  });
  return section;
}

function onGround(measure: (ground: BenchGround) => Promise<string>): (sandbox: Sandbox) => Promise<string> {
  return async (sandbox) => {
    const ground = await openBenchGround(sandbox);
    try {
      return await measure(ground);
    } finally {
      await ground.close();
    }
  };
}

const sections: Readonly<Record<string, (sandbox: Sandbox) => Promise<string>>> = {
  'volume-rebind': onGround(volumeSection),
  'node-replacement': onGround(nodesSection),
  'etcd-restore': (sandbox) => benchEtcdRestore(sandbox, rounds, Number(values['snapshot-mib'])),
  'namespace-restore': onGround((ground) => benchNamespaceRestore(ground, rounds, Number(values.objects))),
};

const whatItNeeds: Readonly<Record<string, UpOptions>> = {
  'etcd-restore': { hosts: 3 },
  'namespace-restore': { extras: ['velero'] },
};

async function main(): Promise<number> {
  const [slug = ''] = positionals;
  const sectionOf = sections[slug];
  if (sectionOf === undefined) {
    console.error(usage);
    return 1;
  }
  const report = (line: string) => console.log(`sandbox: ${line}`);
  const { sandbox, remove } = temporarySandbox('bench', report, values.sandbox);
  try {
    await sandbox.up(whatItNeeds[slug] ?? {});
    publish(slug, await sectionOf(sandbox));
    return 0;
  } finally {
    await remove();
  }
}

function publish(slug: string, section: string): void {
  console.log(`\n${section}`);
  if (!values.write) return;
  writeFileSync(benchmarks, replaceSection(readFileSync(benchmarks, 'utf8'), slug, section));
}

process.exitCode = await main();
process.exit();

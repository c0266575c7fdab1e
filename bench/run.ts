// npm run bench [-- [--smoke] [--only <part of a row's name>] [--json <file>] [--against <dist>]]
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { checkAll } from './check.js';
import { Child } from './harness/child.js';
import { NodeRun } from './harness/nodeRun.js';
import { race } from './harness/race.js';
import { isRace, type Line, record, toText } from './harness/record.js';
import { groups, head, textOf, thisHost } from './harness/report.js';
import type { Contenders, Row } from './harness/row.js';
import { rows } from './rows/index.js';

const FULL = { rounds: 9, budget: 150 };
const SMOKE = { rounds: 1, budget: 20 };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    smoke: { type: 'boolean' },
    only: { type: 'string' },
    json: { type: 'string' },
    against: { type: 'string' },
    row: { type: 'string' },
    serve: { type: 'string' },
  },
});
const { smoke = false, only = positionals[0] ?? '' } = values;
const effort = smoke ? SMOKE : FULL;
const against = values.against && pathToFileURL(`${resolve(values.against)}/`).href;

/** This program again, with other arguments, and the environment of another version's bundles. */
const again = (...args: string[]) => [...process.execArgv, process.argv[1]!, ...args];

/** The first contender of a row in two versions, each alone in a process of its own: what else runs in a process slows small calls. */
async function versions(run: NodeRun, index: number): Promise<Contenders> {
  if (against === undefined) return {};
  // Without collections of all garbage before each measurement: they throw away what the engine has learnt, as in no program of a user.
  const args = again(`--serve=${index}`).filter((arg) => arg !== '--expose-gc');
  const alone = async (env: Readonly<Record<string, string>>) => {
    const child = run.hold(await Child.start({ program: process.execPath, args, env }));
    if ('refused' in child.introduction) throw new Error(child.introduction.refused);
    return { title: child.introduction.title, child };
  };
  const { title, child } = await alone({});
  return { [title]: child, before: (await alone({ ADAMAS_DIST: against })).child };
}

async function measure(index: number): Promise<Line[]> {
  const row = rows[index]!;
  const run = new NodeRun(smoke, { against });
  const isJob = isRace(row) && row.rounds !== undefined;
  try {
    return await record(row, run, effort, isJob ? undefined : () => versions(run, index));
  } finally {
    run.dispose();
  }
}

/** A row in a process of its own, where the engine has not learnt anything about its functions from arrays of other sizes and kinds. */
function measureApart(index: number): Line[] {
  const args = again(
    `--row=${index}`,
    ...(smoke ? ['--smoke'] : []),
    ...(against ? [`--against=${values.against}`] : []),
  );
  const { status, stdout } = spawnSync(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) process.exit(1);
  return JSON.parse(stdout);
}

/** Answers as peers/serve.mjs does, by the first contender of a row alone. */
async function serve(row: Row): Promise<void> {
  if (!isRace(row)) throw new Error(`${row.name} takes no time`);
  const run = new NodeRun(smoke, { alone: true });
  const [name, contender] = Object.entries(await row.setup(run))[0]!;
  console.log(JSON.stringify({ title: name }));
  for await (const line of createInterface({ input: process.stdin })) {
    const [result] = await race({ contender }, { rounds: 1, budget: Number(line) });
    console.log(JSON.stringify({ nanoseconds: result!.times[0] }));
  }
  run.dispose();
}

async function main(): Promise<void> {
  const start = head(thisHost());
  console.log(`${start.machine}, ${start.host}, load ${start.load}`);
  checkAll();
  const lines: Line[] = [];
  for (const [index, row] of rows.entries()) {
    if (!row.name.includes(only)) continue;
    const found = smoke ? await measure(index) : measureApart(index);
    lines.push(...found);
    for (const group of groups(found)) console.log(textOf(group));
    // After every row: what has been measured in half an hour outlasts a row that fails.
    if (values.json !== undefined) writeFileSync(values.json, toText([{ ...start, lines }]));
  }
}

if (values.serve !== undefined) await serve(rows[Number(values.serve)]!);
else if (values.row !== undefined) console.log(JSON.stringify(await measure(Number(values.row))));
else await main();

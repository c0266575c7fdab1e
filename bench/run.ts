// npm run bench [-- [--smoke] [part of a row's name]]
import { spawnSync } from 'node:child_process';
import { checkAll } from './check.js';
import { race } from './harness/race.js';
import { line, machine } from './harness/report.js';
import type { Row } from './harness/row.js';
import { rows } from './rows/index.js';

const FULL = { rounds: 9, budget: 150 };
const SMOKE = { rounds: 1, budget: 20 };

const args = process.argv.slice(2);
const smoke = args.includes('--smoke');
const effort = smoke ? SMOKE : FULL;
const filter = args.find((arg) => !arg.startsWith('--')) ?? '';
const only = args.find((arg) => arg.startsWith('--row='))?.slice('--row='.length);

async function report(row: Row): Promise<void> {
  const held: { dispose(): void }[] = [];
  const leftOut: string[] = [];
  try {
    const contenders = await row.setup({
      hold(one) {
        held.push(one);
        return one;
      },
      leaveOut: (what) => leftOut.push(what),
    });
    const text = line(row, await race(contenders, effort));
    console.log(leftOut.length === 0 ? text : `${text}   left out: ${leftOut.join(', ')}`);
  } finally {
    for (const one of held.reverse()) one.dispose();
  }
}

/** A row in a process of its own, where the engine has not learnt anything about its functions from arrays of other sizes and kinds. */
function reportApart(index: number): void {
  const command = [...process.execArgv, process.argv[1]!, `--row=${index}`];
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

if (only !== undefined) await report(rows[Number(only)]!);
else {
  console.log(machine());
  checkAll();
  for (const [index, row] of rows.entries()) {
    if (!row.name.includes(filter)) continue;
    if (smoke) await report(row);
    else reportApart(index);
  }
}

// npm run bench [-- [--smoke] [part of a row's name]]
import { checkAll } from './check.js';
import { race } from './harness/race.js';
import { line, machine } from './harness/report.js';
import type { Row } from './harness/row.js';
import { rows } from './rows/index.js';

const FULL = { rounds: 9, budget: 150 };
const SMOKE = { rounds: 1, budget: 20 };

const args = process.argv.slice(2);
const effort = args.includes('--smoke') ? SMOKE : FULL;
const filter = args.find((arg) => !arg.startsWith('--')) ?? '';

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

console.log(machine());
checkAll();
for (const row of rows) if (row.name.includes(filter)) await report(row);

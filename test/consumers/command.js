// The command in this runtime: `adamas train` in a process of its own and `adamas predict` in another give what one process gives.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { trainTable } from 'adamas/tabular';
import { report } from './report.js';

const PACKAGE = 'node_modules/adamas';
const cars = `${PACKAGE}/examples/data/used-cars.csv`;

/** What the command prints. */
function adamas(...args) {
  const host = globalThis.Deno ? ['run', '-A'] : [];
  const argv = [...host, `${PACKAGE}/dist/cli.js`, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`adamas ${args.join(' ')} ended with exit code ${status}: ${stderr}`);
  return stdout;
}

/** A table's text as rows of objects; no field of this one has a comma. */
function rowsOf(text) {
  const [header, ...lines] = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  return lines.map((fields) => Object.fromEntries(header.map((name, i) => [name, fields[i]])));
}

async function run() {
  const reading = ['--columns', 'listed=date', '--missing', 'fuel=class,mileage=mean,power=mean'];
  adamas('train', cars, '--target', 'price', ...reading, '--epochs', '20', '--out', 'command.safetensors');
  const printed = rowsOf(adamas('predict', 'command.safetensors', cars)).map((row) => Number(row['predicted price']));

  const missing = { fuel: 'class', mileage: 'mean', power: 'mean' };
  const model = await trainTable(cars, { target: 'price', columns: { listed: 'date' }, missing, epochs: 20 });
  await model.save('here.safetensors');
  const [file, here] = ['command.safetensors', 'here.safetensors'].map((path) => readFileSync(path));
  return {
    samePredictions: model.predict(rowsOf(readFileSync(cars, 'utf8'))).every((one, i) => one === printed[i]),
    sameFile: file.equals(here),
    model: createHash('sha256').update(file).digest('hex'),
  };
}

await report(run());

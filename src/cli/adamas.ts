#!/usr/bin/env node
// The command `adamas`.
import { parseArgs } from 'node:util';
import { doctor, report } from '../doctor.js';

const USAGE = `Usage: adamas doctor [--json]

  doctor   says what adamas runs on here, and whether training gives the bytes that it gives everywhere;
           fails (exit code 1) where something is wrong
  --json   the same as JSON`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', short: 'h' }, json: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (values.help) return console.log(USAGE);
  if (positionals.join(' ') !== 'doctor') {
    throw new TypeError(`expected a command, doctor, got ${positionals.join(' ') || 'none'}`);
  }
  const diagnosis = await doctor();
  console.log(values.json ? JSON.stringify(diagnosis, null, 2) : report(diagnosis));
  if (diagnosis.problems.length > 0) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  console.error(`adamas: ${(error as Error).message}\n\n${USAGE}`);
  process.exitCode = 2;
}

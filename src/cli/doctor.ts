import { doctor, report } from '../doctor.js';
import type { Values } from './arguments.js';
import { print } from './terminal.js';

/** Prints the diagnosis of this host. The exit code is 1 if it has problems. */
export async function checkHost(_: readonly string[], { json }: Values): Promise<void> {
  const diagnosis = await doctor();
  await print(json ? JSON.stringify(diagnosis, null, 2) : report(diagnosis));
  if (diagnosis.problems.length > 0) process.exitCode = 1;
}

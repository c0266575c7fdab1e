/**
 * Says that a test left something out because this machine lacks what it needs; where CI is set, that fails.
 */
export function lacking(what: string): void {
  if (process.env.CI) throw new Error(`Left out, which CI does not allow: ${what}`);
  process.stderr.write(`\nLEFT OUT on this machine: ${what}\n\n`);
}

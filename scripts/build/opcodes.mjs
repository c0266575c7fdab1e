import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Writes the opcodes of the interpreter for the wrapper: an enum, whose numbers the bundler inlines.
 *
 * @param {string} assembly - path of the enum in AssemblyScript
 * @param {string} source - path of the module of TypeScript
 */
export function writeOpcodes(assembly, source) {
  const ops = Array.from(readFileSync(assembly, 'utf8').matchAll(/^ {2}(\w+),$/gm), ([, name]) => name);
  writeFileSync(
    source,
    `/** Opcodes, as in ${assembly}. */
export enum Op {
${ops.map((name) => `  ${name},\n`).join('')}}
`,
  );
}

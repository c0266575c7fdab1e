import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Writes the opcodes of the interpreter as constants for the wrapper.
 *
 * @param {string} assembly - path of the enum in AssemblyScript
 * @param {string} source - path of the module of TypeScript
 */
export function writeOpcodes(assembly, source) {
  const ops = Array.from(readFileSync(assembly, 'utf8').matchAll(/^ {2}(\w+),$/gm), ([, name]) => name);
  writeFileSync(
    source,
    `/** Opcodes by name, as in ${assembly}. */
export const Op = {
${ops.map((name, i) => `  ${name}: ${i},\n`).join('')}} as const;
/** An opcode. */
export type Op = (typeof Op)[keyof typeof Op];
`,
  );
}

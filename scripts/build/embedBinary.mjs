import { readFileSync, writeFileSync } from 'node:fs';
import { asc } from './assemblyScript.mjs';

/**
 * A byte as a character of its own, or from 90 on as one of two characters that announce it and its remainder. Behind gzip that is a quarter smaller
 * than base64, whose characters cut across bytes and hide their repetitions. Bytes are shifted by 4, so that 0xfd, the most frequent in SIMD code,
 * takes one character. assembly/decode.ts reads it; docs/kernels.md describes it.
 */
function encodeByte(byte) {
  const shifted = (byte + 4) % 256;
  const remainder = String.fromCharCode(35 + (shifted % 90));
  return shifted < 90 ? remainder : String.fromCharCode(124 + Math.floor(shifted / 90)) + remainder;
}

/**
 * Writes the Wasm binaries of the package as a module of TypeScript, with what decodes them, and the names of their functions as types.
 *
 * @param {string} source - path of the module
 * @returns {string} the signature of the kernels
 */
export function embedBinaries(source) {
  const base = embedded('build/base.wasm');
  const models = embedded('build/models.wasm');
  const release = new WebAssembly.Module(readFileSync('build/release.wasm'));
  const signature = Buffer.from(WebAssembly.Module.customSections(release, 'adamas')[0]).toString();
  writeFileSync(
    source,
    `/** build/base.wasm as text, which scripts/build/embedBinary.mjs writes and assembly/decode.ts reads. */
export const base =
  ${JSON.stringify(base.text)};
/** build/models.wasm likewise. */
export const models =
  ${JSON.stringify(models.text)};
/** assembly/decode.ts, compiled, in base64. */
export const decoder =
  '${compileDecoder(Math.max(base.text.length, models.text.length))}';
/** Content of the custom section "adamas" of kernels.wasm. */
export const signature = '${signature}';
/** Name of a function that assembly/base.ts exports. */
export type KernelName =
  | ${base.names.map((name) => `'${name}'`).join('\n  | ')};
/** Name of a function that assembly/models.ts exports. */
export type ModelKernelName =
  | ${models.names.map((name) => `'${name}'`).join('\n  | ')};
`,
  );
  return signature;
}

/** A binary as text, and the names of its functions. */
function embedded(path) {
  const bytes = readFileSync(path);
  const exports = WebAssembly.Module.exports(new WebAssembly.Module(bytes));
  const names = exports.filter(({ kind }) => kind === 'function').map(({ name }) => name);
  return { text: Array.from(bytes, encodeByte).join(''), names };
}

/** Compiles assembly/decode.ts with memory for so many characters; in base64. */
function compileDecoder(characters) {
  const pages = String(Math.ceil(characters / 65_536));
  asc(
    ...['assembly/decode.ts', '--config', 'none', '--outFile', 'build/decode.wasm'],
    ...['-O3', '--noAssert', '--runtime', 'stub', '--initialMemory', pages],
  );
  return readFileSync('build/decode.wasm', 'base64');
}

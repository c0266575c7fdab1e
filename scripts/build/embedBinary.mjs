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
 * Writes a Wasm binary as a module of TypeScript, with what decodes it, and the names of its functions as a type.
 *
 * @param {string} wasm - path of the binary
 * @param {string} source - path of the module
 * @returns {string} the signature of the binary
 */
export function embedBinary(wasm, source) {
  const bytes = readFileSync(wasm);
  const module = new WebAssembly.Module(bytes);
  const functions = WebAssembly.Module.exports(module).filter(({ kind }) => kind === 'function');
  const signature = Buffer.from(WebAssembly.Module.customSections(module, 'adamas')[0]).toString();
  const text = Array.from(bytes, encodeByte).join('');
  writeFileSync(
    source,
    `/** ${wasm} as text, which scripts/build/embedBinary.mjs writes and assembly/decode.ts reads. */
export const binary =
  ${JSON.stringify(text)};
/** assembly/decode.ts, compiled, in base64. */
export const decoder =
  '${compileDecoder(text.length)}';
/** Content of the custom section "adamas" of that binary. */
export const signature = '${signature}';
/** Name of a function that it exports. */
export type KernelName =
  | ${functions.map(({ name }) => `'${name}'`).join('\n  | ')};
`,
  );
  return signature;
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

// A runtime's side of `npm run bench:hosts`, bundled by bundle.ts: `<runtime> host.js '{"only": [...], "smoke": false}'`.
import kernels from 'bench.wasm';
import { peer } from '../peers/adamas.mjs';
import { recordRows } from './recordRows.ts';

function host() {
  const { Bun, Deno } = globalThis;
  if (Deno !== undefined) return `Deno ${Deno.version.deno} (V8 ${Deno.version.v8})`;
  if (Bun !== undefined) return `Bun ${Bun.version} (JavaScriptCore)`;
  return `Node ${process.versions.node} (V8 ${process.versions.v8})`;
}

const names = ['fit', 'fitSync', 'worker', 'worker, dataset'];
const ours = Object.fromEntries(names.map((name) => [name, () => peer(name)]));
const choice = JSON.parse(process.argv.at(-1));
const lines = await recordRows(choice, ours, kernels);
console.log(JSON.stringify({ host: host(), lines }));
process.exit();

// Draws the README's pictures into docs/pictures, by running the examples. Run `npm run build` first. The benchmark's bars are drawn by bench:docs.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const tsx = createRequire(import.meta.url).resolve('tsx/cli');
const out = mkdtempSync(join(tmpdir(), 'adamas-pictures-'));
mkdirSync('docs/pictures', { recursive: true });
for (const name of ['adam', 'optimizers', 'two-moons']) {
  execFileSync(process.execPath, [tsx, `examples/${name}.ts`], { env: { ...process.env, ADAMAS_OUT: out } });
  copyFileSync(join(out, `${name}.svg`), `docs/pictures/${name}.svg`);
  console.log(`docs/pictures/${name}.svg`);
}
rmSync(out, { recursive: true });

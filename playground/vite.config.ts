import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import temml from 'temml';
import { defineConfig, minifySync, type Plugin } from 'vite';
import { headersOf } from './headers.js';

/** `import formulas from './x.tex'`: a file of lines `name: formula` becomes MathML by name. */
function formulas(): Plugin {
  return {
    name: 'formulas',
    enforce: 'pre',
    load(id) {
      if (!id.endsWith('.tex')) return undefined;
      const lines = readFileSync(id, 'utf8').trim().split('\n');
      const entries = lines.map((line) => {
        const [, name, formula] = /^(\w+): (.*)$/.exec(line) ?? [];
        if (name === undefined || formula === undefined) this.error(`${id}: expected "name: formula", got ${line}`);
        const mathml = temml.renderToString(formula, { throwOnError: true });
        // The page's policy forbids style attributes; the browsers' own MathML needs none.
        return [name, mathml.replace(/ (style|class)="[^"]*"/g, '')];
      });
      return { code: `export default ${JSON.stringify(Object.fromEntries(entries))}`, moduleType: 'js' };
    },
  };
}

/** Lists the built files for the service worker, which keeps them. Those of TensorFlow.js it keeps once they were asked for. */
function offline(): Plugin {
  return {
    name: 'offline',
    apply: 'build',
    closeBundle() {
      const files = readdirSync('dist', { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== 'offline.js' && !entry.name.startsWith('tfjs'))
        .map((entry) => relative('dist', join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
        .sort();
      const hash = createHash('sha256');
      for (const file of files) hash.update(readFileSync(join('dist', file)));
      const source = readFileSync('src/offline.js', 'utf8');
      const list = JSON.stringify(['./', ...files]);
      const filled = source.replace("'%FILES%'", list).replace('%VERSION%', hash.digest('hex').slice(0, 16));
      writeFileSync('dist/offline.js', minifySync('offline.js', filled).code);
    },
  };
}

/** `vite preview` sends the headers that a server of the site should. */
function headers(): Plugin {
  return {
    name: 'headers',
    configurePreviewServer(server) {
      server.middlewares.use((request, response, next) => {
        for (const [name, value] of Object.entries(headersOf(request.url!))) response.setHeader(name, value);
        next();
      });
    },
  };
}

// Hashes do not compress: eight letters in each place that names a file take more than their use.
const SCRIPT = 'assets/[name]-[hash:6].js';
const output = { chunkFileNames: SCRIPT, entryFileNames: SCRIPT, assetFileNames: 'assets/[name]-[hash:6][extname]' };

export default defineConfig({
  // The page may lie in any folder of a site.
  base: './',
  plugins: [formulas(), offline(), headers()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es', rolldownOptions: { output } },
  build: {
    // One style sheet: eleven small ones take 2 KB more.
    ...{ target: 'es2022', cssCodeSplit: false, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
    rolldownOptions: { output },
  },
});

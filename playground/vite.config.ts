import { readFileSync } from 'node:fs';
import temml from 'temml';
import { defineConfig, type Plugin } from 'vite';

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

export default defineConfig({
  // The page may lie in any folder of a site.
  base: './',
  plugins: [formulas()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es' },
  // The package is a link to the folder above.
  resolve: { dedupe: ['preact'] },
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});

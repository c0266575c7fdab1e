import { defineConfig } from 'vite';

export default defineConfig({
  // The page may lie in any folder of a site.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es' },
  // The package is a link to the folder above.
  resolve: { dedupe: ['preact'] },
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});

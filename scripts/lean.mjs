// Plugins of the build that take what adamas uses out of the two libraries that it bundles.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Of the loader we use the instance's own exports and give it all imports: what wraps the former and guesses the latter (5 KB, and a line
 * that touches a global) goes from the bundle.
 */
export const leanLoader = {
  name: 'lean-loader',
  setup: ({ onLoad }) =>
    onLoad({ filter: /@assemblyscript[/\\]loader[/\\]index\.js$/ }, ({ path }) => {
      let contents = readFileSync(path, 'utf8');
      for (const [from, to] of [
        ['const exports = postInstantiate(extended, instance);', 'const { exports } = instance;'],
        ['Object.hasOwn = Object.hasOwn ||', 'const hasOwn ='],
        ['const extended = preInstantiate(imports);', ''],
        ['const utf16 = new TextDecoder', 'const utf16 = () => new TextDecoder'],
      ]) {
        if (!contents.includes(from)) throw new Error(`The loader has changed: no ${from}`);
        contents = contents.replaceAll(from, to);
      }
      return { contents };
    }),
};
/**
 * Of Papa Parse we use the parser of one piece of text: a function that needs nothing of the rest, which makes workers, asks for files, looks for
 * jQuery and is three quarters of it.
 */
export const leanParser = {
  name: 'lean-parser',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^papaparse$/ }, () => ({
      path: fileURLToPath(new URL('../node_modules/papaparse/papaparse.js', import.meta.url)),
    }));
    onLoad({ filter: /papaparse\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      let contents = '';
      let read = 0;
      for (const [from, to] of [
        ['/* @license', '(function(root'],
        ['function escapeRegExp', 'function newWorker'],
        ['function isFunction', 'return Papa;'],
      ]) {
        const [start, end] = [source.indexOf(from), source.indexOf(to)];
        if (start < read || end < start) throw new Error(`Papa Parse has changed: no ${from}, or no ${to} after it`);
        // What goes leaves its lines, so that the source map is true.
        contents += source.slice(read, start).replace(/.+/g, '') + source.slice(start, end);
        read = end;
      }
      const constants = "const Papa = { BAD_DELIMITERS: ['\\r', '\\n', '\"', '\\ufeff'] };";
      return { contents: [contents, constants, 'export default { Parser };'].join('\n') };
    });
  },
};

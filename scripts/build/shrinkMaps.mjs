import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode, encode } from '@jridgewell/sourcemap-codec';
import ts from 'typescript';

/** A docstring on lines of its own. */
const DOCSTRING = /^[ \t]*\/\*\*[\s\S]*?\*\/[ \t]*$/gm;

/** Ends of blocks, where no error is thrown. */
const CLOSING = /^[\s)}\];,]*$/;

/**
 * Makes the source maps of a folder small: one entry per line, which is all that a stack trace needs, and of each source the code alone.
 * Docstrings are in the modules, types in the files of types, and a bundle has no imports.
 */
export function shrinkMaps(dir) {
  for (const name of readdirSync(dir, { recursive: true }).filter((one) => one.endsWith('.map'))) {
    const path = join(dir, name);
    const map = JSON.parse(readFileSync(path, 'utf8'));
    const lines = readFileSync(path.replace(/\.map$/, ''), 'utf8').split('\n');
    map.mappings = encode(shrinkMappings(decode(map.mappings), lines));
    map.sourcesContent = map.sourcesContent?.map((text) => codeOf(text.replace(DOCSTRING, blank)));
    writeFileSync(path, JSON.stringify(map));
  }
}

/** The first entry of each line. What has none, as a library has not, ends what the entry before it says: Node would else count it to that. */
function shrinkMappings(mappings, lines) {
  let mapped = false;
  return mappings.map(([first], i) => {
    if (first && CLOSING.test(lines[i])) return [];
    const ends = mapped && !first;
    mapped = first !== undefined;
    return first ? [first] : ends ? [[0]] : [];
  });
}

/** A source without its imports, interfaces and type aliases. */
function codeOf(text) {
  let code = text;
  for (const node of ts.createSourceFile('', text, ts.ScriptTarget.Latest).statements.toReversed()) {
    if (![ts.isImportDeclaration, ts.isInterfaceDeclaration, ts.isTypeAliasDeclaration].some((is) => is(node)))
      continue;
    code = code.slice(0, node.pos) + blank(code.slice(node.pos, node.end)) + code.slice(node.end);
  }
  return code;
}

/** The empty lines of a text: what follows keeps its line numbers. */
function blank(text) {
  return text.replace(/[^\n]/g, '');
}

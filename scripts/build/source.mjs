// Reads the declarations of assembly/**/*.ts that scripts/build/generate.mjs goes by.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/**
 * @typedef {{ name: string, type: string }} Field a parameter or a field, with its type as written
 * @typedef {{ name: string, module: string, parameters: Field[], returns: string }} Func an exported function
 * @typedef {{ name: string, module: string, fields: Field[] }} Struct an exported `@unmanaged` class
 */

/**
 * All exported functions and structs; a struct that extends another one has its fields too (one level). `module` is the file's path below `folder`, without `.ts`.
 *
 * @param {string} folder
 * @returns {{ functions: Func[], structs: Struct[] }} in the order of their names
 */
export function readDeclarations(folder) {
  const functions = [];
  const structs = [];
  for (const path of readdirSync(folder, { recursive: true })) {
    const module = path.replaceAll('\\', '/').replace(/\.ts$/, '');
    if (!path.endsWith('.ts') || module.endsWith('.generated')) continue;
    // AssemblyScript is read as TypeScript: a decorator before a function is an error to its checker, but not to its parser.
    const source = ts.createSourceFile(path, readFileSync(join(folder, path), 'utf8'), ts.ScriptTarget.Latest, true);
    for (const node of source.statements) {
      const words = (node.modifiers ?? []).map((modifier) => modifier.getText(source));
      if (!words.includes('export') || node.typeParameters) continue;
      if (ts.isFunctionDeclaration(node)) {
        const parameters = node.parameters.map(fieldOf);
        functions.push({ name: node.name.text, module, parameters, returns: node.type?.getText(source) ?? 'void' });
      } else if (ts.isClassDeclaration(node) && words.includes('@unmanaged')) {
        const fields = node.members.filter(ts.isPropertyDeclaration).map(fieldOf);
        structs.push({ name: node.name.text, module, base: node.heritageClauses?.[0].types[0].getText(), fields });
      }
    }
  }
  for (const struct of structs) {
    const base = structs.find(({ name }) => name === struct.base);
    if (base) struct.fields = [...base.fields, ...struct.fields];
  }
  return { functions: functions.sort(byName), structs: structs.filter(({ fields }) => fields.length > 0).sort(byName) };
}

function fieldOf(node) {
  return { name: node.name.getText(), type: node.type?.getText() ?? '' };
}

/** The order of code units, the same in every locale. */
export function byName(a, b) {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/**
 * The layout of a struct, as AssemblyScript lays it out: each field at a multiple of its size.
 *
 * @param {Struct} struct
 * @returns {{ places: { name: string, bytes: number }[], size: number } | undefined} in bytes; undefined where a field is narrower than a word
 */
export function layoutOf({ fields }) {
  let end = 0;
  const places = [];
  for (const { name, type } of fields) {
    // A struct in a struct is its address.
    const size = { f64: 8, i64: 8, u64: 8, bool: 1, u8: 1, i8: 1, u16: 2, i16: 2, v128: 16 }[type] ?? 4;
    if (size !== 4 && size !== 8) return undefined;
    const bytes = Math.ceil(end / size) * size;
    places.push({ name, bytes });
    end = bytes + size;
  }
  return { places, size: end };
}

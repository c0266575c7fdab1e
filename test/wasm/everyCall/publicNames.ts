// Names of all that can be called in the public API: functions, constructors and methods of every entry point.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = new URL('../../../', import.meta.url);
const path = (relative: string) => fileURLToPath(new URL(relative, root));

/** `name`, `new Name` and `Name.method`, by the class that declares the method; of `adamas/worker` as `worker fit`. */
export function publicNames(): string[] {
  const { exports } = JSON.parse(readFileSync(path('package.json'), 'utf8')) as {
    exports: Record<string, { readonly types?: string }>;
  };
  const files = Object.values(exports).flatMap(({ types }) =>
    types === undefined ? [] : path(types.replace('./dist/', 'src/').replace('.d.ts', '.ts')),
  );
  const { config } = ts.readConfigFile(path('tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files, include: [] }, ts.sys, path('.'));
  // Without the types of the language, which take most of the time: names are all that is asked.
  const program = ts.createProgram(files, { ...options, noLib: true, types: [] });
  const checker = program.getTypeChecker();
  const names = new Set<string>();

  const isInternal = (symbol: ts.Symbol) => symbol.getJsDocTags(checker).some(({ name }) => name === 'internal');
  const methodsOf = (type: ts.Type) =>
    type.getProperties().filter((symbol) => {
      const [declaration] = symbol.declarations ?? [];
      if (declaration === undefined) return false; // `prototype` of a class
      const modifiers = ts.getCombinedModifierFlags(declaration);
      const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
      const isName = /^[a-z]/.test(symbol.name); // neither #private nor [Symbol.dispose]
      return isName && symbol.flags & ts.SymbolFlags.Method && !(modifiers & hidden) && !isInternal(symbol);
    });

  for (const file of files) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file)!);
    const entry = /worker\.ts$/.test(file) ? 'worker ' : '';
    for (const exported of module ? checker.getExportsOfModule(module) : []) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      if (symbol.flags & ts.SymbolFlags.Function) names.add(entry + exported.name);
      if (!(symbol.flags & ts.SymbolFlags.Class)) continue;
      const itself = checker.getTypeOfSymbol(symbol);
      const [made] = itself.getConstructSignatures();
      const declaration = made?.declaration;
      const isPublic =
        declaration === undefined || !ts.getJSDocTags(declaration).some(({ tagName }) => tagName.text === 'internal');
      const isAbstract = ts.getCombinedModifierFlags(symbol.valueDeclaration!) & ts.ModifierFlags.Abstract;
      if (isPublic && !isAbstract) names.add(`new ${exported.name}`);
      for (const type of [checker.getDeclaredTypeOfSymbol(symbol), itself]) {
        for (const { name, declarations } of methodsOf(type)) {
          const owner = declarations![0]!.parent as ts.ClassDeclaration;
          if (owner.getSourceFile().fileName.includes('/src/')) names.add(`${owner.name!.text}.${name}`);
        }
      }
    }
  }
  return [...names].sort();
}

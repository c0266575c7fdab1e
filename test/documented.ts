// The programs in docstrings and documents.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** One ```ts block. */
export interface Documented {
  /** Its place: file:line of its first line. */
  readonly place: string;
  readonly code: string;
  /** True if it is only type-checked: ```ts no-run */
  readonly runs: boolean;
}

/** Every ```ts block of the docstrings in src and of the documents. */
export function documented(root: string): Documented[] {
  const files = [
    ...(readdirSync(join(root, 'src'), { recursive: true }) as string[])
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.generated.ts'))
      .map((path) => join('src', path)),
    ...readdirSync(root).filter((path) => path.endsWith('.md')),
    ...readdirSync(join(root, 'docs'))
      .filter((path) => path.endsWith('.md'))
      .map((path) => join('docs', path)),
  ];
  return files
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .flatMap((path) => blocks(path, readFileSync(join(root, path), 'utf8')));
}

function blocks(path: string, text: string): Documented[] {
  // In a docstring every line starts with an asterisk.
  const fence = path.endsWith('.ts')
    ? /^[ \t]*\* ```ts( no-run)?\n((?:[ \t]*\*.*\n)*?)[ \t]*\* ```$/gm
    : /^[ \t]*```ts( no-run)?\n((?:.*\n)*?)[ \t]*```$/gm;
  return [...text.matchAll(fence)].map((match) => ({
    place: `${path}:${text.slice(0, match.index).split('\n').length + 1}`,
    code: path.endsWith('.ts') ? match[2]!.replace(/^[ \t]*\* ?/gm, '') : match[2]!,
    runs: match[1] === undefined,
  }));
}

/** A call of console.log, and what the comment behind it says that it prints. */
export interface Printed {
  /** Place of its arguments. */
  readonly at: number;
  readonly expected: string | undefined;
}

/** The calls of console.log in a program, in their order. */
export function printed(code: string): Printed[] {
  const calls: Printed[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'console.log') {
      const comment = /^[\s;})]*?\/\/ ?(.*)/.exec(code.slice(node.end).split('\n')[0]!);
      calls.push({ at: node.arguments.pos, expected: comment ? comment[1]!.trim() : undefined });
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('block.ts', code, ts.ScriptTarget.ES2022, true));
  return calls;
}

/** The program with the number of each call of console.log as its first argument. */
export function numbered(code: string): string {
  return printed(code).reduceRight((text, { at }, i) => `${text.slice(0, at)}${i}, ${text.slice(at)}`, code);
}

/** Faults that the compiler finds in some files, by the rules of the project; unused names are fine in an example. */
export function typeErrors(root: string, files: readonly string[]): string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, root);
  const program = ts.createProgram(files, { ...options, noUnusedLocals: false, noUnusedParameters: false });
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n');
    if (!diagnostic.file) return message;
    const { line } = diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start!);
    return `${diagnostic.file.fileName}:${line + 1}: ${message}`;
  });
}

import { join } from 'node:path';
import { entryPoints, expect, PROGRAM, project, root, run, runProgram, runTool, tarball, write } from './project.mjs';

/** Checks of the manifest and the types, by publint, arethetypeswrong and TypeScript. */
export const typeChecks = {
  publint: () => {
    runTool('publint/src/cli.js', 'run', tarball(), '--strict');
  },
  'are the types wrong': () => {
    // A Wasm file has no types.
    runTool(
      '@arethetypeswrong/cli/dist/index.js',
      tarball(),
      '--profile',
      'esm-only',
      '--exclude-entrypoints',
      'kernels.wasm',
    );
  },
  types: () => {
    write(
      'types.ts',
      `import { Adam, type FitResult, fit, linear, parameter, sequential, type Tensor } from 'adamas';
      import { airfoil } from 'adamas/datasets';
      const model = sequential(linear(5, 1));
      const optimizer = new Adam(model.parameters(), { lr: 0.01, betas: [0.9, 0.99] });
      export const result: Promise<FitResult> = fit(model, airfoil(), { loss: 'halfSquaredError', optimizer });
      export const w: Tensor = parameter([1, 2]);
      // @ts-expect-error: no such option
      new Adam([parameter([1])], { learningRate: 1 });`,
    );
    for (const lib of ['es2022', 'esnext'])
      for (const module of ['nodenext', 'preserve']) compile('types.ts', { noEmit: true, lib: [lib, 'dom'], module });
  },
  using: () => {
    // Down-levelled by the compiler, so that it runs on this Node too.
    write(
      'using.ts',
      `import { Adam, memoryUsage, parameter, tensor } from 'adamas';
      {
        using w = parameter([1, 2]);
        using optimizer = new Adam([w]);
        using t = tensor([optimizer.paramGroups.length]);
        if (t.data[0] !== 1 || memoryUsage() === 0) throw new Error('nothing is held');
      }
      console.log(memoryUsage());`,
    );
    compile('using.ts', { target: 'es2022', lib: ['es2022', 'esnext.disposable', 'dom'], module: 'nodenext' });
    const left = run(project, process.execPath, 'using.js').trim();
    expect(left === '0', `nothing must be left, got ${left} bytes`);
  },
  'types without the DOM': () => {
    // Every entry point, with its types checked like sources; options may be undefined.
    const all = entryPoints().map((entry, i) => `export * as entry${i} from '${entry}';`);
    write(
      'plain.ts',
      `${all.join('\n')}
      import { Adam, dataset, fit, init, linear, sequential } from 'adamas';
      const model = sequential(linear(1, 1));
      const optimizer = new Adam(model.parameters(), { lr: undefined });
      export const done = () =>
        fit(model, dataset([1], [1]), { loss: 'mse', optimizer, epochs: undefined, signal: undefined, onProgress: undefined });
      export const started = () => init({ bytes: new Uint8Array(8), url: undefined });`,
    );
    const strict = { noEmit: true, skipLibCheck: false, exactOptionalPropertyTypes: true, module: 'nodenext' };
    compile('plain.ts', { ...strict, lib: ['es2022'] });
    compile('plain.ts', {
      ...strict,
      lib: ['es2022'],
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
    });
    // The DOM's own types fit.
    write(
      'dom.ts',
      `import { type FitOptions, init } from 'adamas';
      import { type CsvSource, readCsv } from 'adamas/datasets';
      import { load } from 'adamas/io';
      declare const [blob, file, response, bytes, text]: [Blob, File, Response, ReadableStream<Uint8Array>, ReadableStream<string>];
      export const sources: CsvSource[] = [new URL('file:///a.csv'), blob, file, response, bytes, text];
      export const tables = sources.map((source) => readCsv(source, { target: 'y' }));
      export const model = () => load(new URL('file:///model'));
      export const signal: FitOptions['signal'] = new AbortController().signal;
      export const started = (module: WebAssembly.Module, bytes: BufferSource) => [
        init({ module }), init({ url: new URL('https://example.org') }), init({ bytes: bytes as ArrayBuffer }),
      ];`,
    );
    compile('dom.ts', { ...strict, lib: ['es2022', 'dom'] });
  },
  'every export has a type': () => {
    for (const entry of entryPoints().filter((entry) => entry !== PROGRAM)) {
      const printed = runProgram('names.js', `import * as all from '${entry}'; console.log(Object.keys(all).join());`);
      write('names.ts', `import { ${printed} } from '${entry}';\nvoid [${printed}];`);
      compile('names.ts', { noEmit: true, lib: ['es2022', 'dom'], module: 'nodenext' });
    }
    write('names.ts', `import * as none from '${PROGRAM}';\nexport const names: never = null! as keyof typeof none;`);
    compile('names.ts', { noEmit: true, lib: ['es2022', 'dom'], module: 'nodenext' });
  },
};

function compile(file, options) {
  write(
    'tsconfig.json',
    JSON.stringify({ compilerOptions: { strict: true, types: [], target: 'es2022', ...options }, files: [file] }),
  );
  runTool('typescript/bin/tsc');
}

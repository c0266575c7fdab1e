import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join } from 'node:path';
import { entryPoints, expect, installed, PROGRAM, project, run, runProgram } from './project.mjs';

/** The package in use, as a newcomer would use it. */
export const useChecks = {
  'train the chapter': () => {
    const loss = Number(
      runProgram(
        'train.js',
        `import { Adam, fitSync, linear, sequential } from 'adamas';
        import { airfoil } from 'adamas/datasets';
        const model = sequential(linear(5, 1, { init: { normal: { std: 0.01 } }, seed: 1 }));
        const optimizer = new Adam(model.parameters(), { lr: 0.01 });
        const options = { loss: 'halfSquaredError', optimizer, epochs: 2, batchSize: 10, logEvery: 100 };
        console.log(fitSync(model, airfoil(), options).losses.at(-1));`,
      ),
    );
    expect(loss > 0.24 && loss < 0.25, `the loss must be 0.24..., got ${loss}`);
    return `loss ${loss.toFixed(6)}`;
  },
  'adamas/kernels.wasm': () => {
    const imports = runProgram(
      'wasm.js',
      `import { readFileSync } from 'node:fs';
      import { fileURLToPath } from 'node:url';
      import { init, tensor } from 'adamas';
      const module = new WebAssembly.Module(readFileSync(fileURLToPath(import.meta.resolve('adamas/kernels.wasm'))));
      await init({ module });
      tensor([1]);
      console.log(WebAssembly.Module.imports(module).map(({ module, name }) => module + '.' + name).join());`,
    );
    expect(imports === 'env.host,env.memory', `it must import host and memory only, got ${imports}`);
    return `imports ${imports}`;
  },
  "require('adamas')": () => {
    const printed = runProgram(
      'require.cjs',
      `const { Adam, parameter } = require('adamas');
      const w = parameter([1, 2]);
      w.grad.set([1, 1]);
      new Adam([w], { lr: 0.5 }).step();
      console.log(w.data[0].toFixed(1), w.data[1].toFixed(1), typeof require('adamas/datasets').airfoil);`,
      '--no-warnings',
    );
    expect(printed === '0.5 1.5 function', `it must step and find the data, got ${printed}`);
    return `Node ${process.versions.node}`;
  },
  'adamas/worker-thread outside of a worker says what it is': () => {
    const said = runProgram('outside.js', `await import('${PROGRAM}').catch(({ message }) => console.log(message));`);
    const expected = /^adamas\/worker-thread is the program of a worker .* import it in that worker, not here$/;
    expect(expected.test(said), `it must match ${expected}, got ${said || 'no error'}`);
  },
  'npx adamas doctor': () => {
    const { version, engine, simd, memory, sameDigest, problems } = JSON.parse(
      run(project, 'npx', 'adamas', 'doctor', '--json'),
    );
    expect(simd && memory.limit > 0 && sameDigest && problems.length === 0, `it must find all well, got ${problems}`);
    return `adamas ${version}, ${engine.name} ${engine.version}`;
  },
  'importing has no side effect': () => {
    // Nothing is compiled, decoded or timed before first use, no global is added or changed, and nothing holds the process.
    const entries = entryPoints().filter((entry) => entry !== PROGRAM);
    const found = runProgram(
      'pure.js',
      `const absent = ['WebAssembly', 'Worker', 'MessageChannel', 'fetch', 'atob', 'setTimeout', 'setImmediate', 'FinalizationRegistry'];
      for (const name of absent) delete globalThis[name];
      for (const { value } of Object.values(Object.getOwnPropertyDescriptors(globalThis))) {
        if (typeof value !== 'function') continue;
        // AssemblyScript's loader assigns Object.hasOwn to itself.
        if (value !== Object) Object.freeze(value);
        if (value.prototype) Object.freeze(value.prototype);
      }
      const names = () => [globalThis, Object].map((one) => Reflect.ownKeys(one).map(String).sort().join()).join();
      const before = names();
      const { hasOwn } = Object;
      for (const entry of ${JSON.stringify(entries)}) await import(entry);
      console.log(names() === before && Object.hasOwn === hasOwn ? 'nothing' : 'new globals');`,
    );
    expect(found === 'nothing', `it must change nothing, got ${found}`);
  },
  'every exported class carries its name': () => {
    const entries = entryPoints().filter((entry) => entry !== PROGRAM);
    const names = runProgram(
      'names.js',
      `const wrong = [];
      let count = 0;
      for (const entry of ${JSON.stringify(entries)}) {
        for (const [name, value] of Object.entries(await import(entry))) {
          if (!/^class\\b/.test(String(value))) continue;
          count++;
          if (value.name !== name) wrong.push(name + ' is called ' + value.name);
        }
      }
      console.log(wrong.length > 0 ? wrong.join() : count + ' classes');`,
    );
    expect(/^\d\d+ classes$/.test(names), `every class must be called by its name, got ${names}`);
    return names;
  },
  'a stack trace names functions and files': () => {
    const stack = runProgram(
      'stack.js',
      `import { Adam, dataset, fitSync, linear, sequential } from 'adamas';
      const model = sequential(linear(1, 1));
      const optimizer = new Adam(model.parameters());
      const onProgress = () => { throw new Error('mine'); };
      try {
        fitSync(model, dataset([[1]], [1]), { loss: 'mse', optimizer, epochs: 1, onProgress });
      } catch ({ stack }) {
        console.log(stack);
      }`,
    );
    const frames = Array.from(stack.matchAll(/at (?:new )?(?:\w+\.)?([\w$#]+) \(file:\/\/(.*?):\d+:\d+\)/g));
    const ours = frames.filter(([, , path]) => path.startsWith(installed));
    expect(ours.length >= 2, `two of its functions or more must be on the stack, got ${stack}`);
    for (const [, name, path] of ours) {
      const text = readFileSync(path, 'utf8');
      expect(name.length > 2 && text.includes(name), `${name} must be a name in ${path}`);
    }
    expect(/at fitSync /.test(stack), `fitSync must be on the stack, got ${stack}`);
    return ours.map(([, name]) => name).join(', ');
  },
  'source maps': () => {
    // The maps hold the sources: each function and class must be found in the line that its map gives. Code of libraries has no source.
    const dist = join(installed, 'dist');
    let names = 0;
    let library = false;
    for (const file of readdirSync(dist, { recursive: true }).filter((name) => name.endsWith('.js'))) {
      // Modules that only re-export have none.
      if (!existsSync(join(dist, `${file}.map`))) continue;
      const data = JSON.parse(readFileSync(join(dist, `${file}.map`), 'utf8'));
      const map = new SourceMap(data);
      const lines = Object.fromEntries(data.sources.map((source, i) => [source, data.sourcesContent[i].split('\n')]));
      for (const [y, line] of readFileSync(join(dist, file), 'utf8').split('\n').entries()) {
        const [, module] = /^\/\/ ((?:src|node_modules)\/\S+)$/.exec(line) ?? [];
        if (module) library = module.startsWith('node_modules/');
        const [, before, name] =
          /^(\s*(?:async )?(?:function |class ))(?!extends )([A-Za-z]{4,})[({ ]/.exec(line.slice(0, 200)) ?? [];
        if (name === undefined || /\/\/|\*/.test(before)) continue;
        const { generatedLine, originalSource, originalLine } = map.findEntry(y, before.length);
        expect(!library || originalSource === undefined, `${file}:${y + 1} is a library's, got ${originalSource}`);
        // Text inside a template has no entry.
        if (library || generatedLine !== y) continue;
        if (originalSource === undefined) throw new Error(`${file}:${y + 1} has ${name}, which the map does not have`);
        const original = lines[originalSource][originalLine];
        expect(original.includes(name), `${file}:${y + 1} has ${name}, its source: ${original}`);
        names++;
      }
    }
    expect(names > 100, `more than 100 names must be looked up, got ${names}`);
    return `${names} names`;
  },
  'cold start': () => {
    const times = Array.from({ length: 11 }, () =>
      Number(
        runProgram(
          'cold.js',
          `const start = performance.now();
          const { Adam, parameter } = await import('adamas');
          const w = parameter([1, 2]);
          const optimizer = new Adam([w]);
          w.grad.set([1, 1]);
          optimizer.step();
          console.log(performance.now() - start);`,
        ),
      ),
    ).sort((a, b) => a - b);
    return `import to first step ${times[5].toFixed(1)} ms (median of ${times.length} processes)`;
  },
};

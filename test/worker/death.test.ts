// A worker that cannot start or dies rejects the promise and leaves everything as it was; a program ends by itself after its fits.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, vi } from 'vitest';
import { fitSync, memoryUsage } from '../../src/index.js';
import { source } from '../../src/worker/source.generated.js';
import { fit, WorkerError, type WorkerFitOptions } from '../../src/worker.js';
import { collected } from '../collected.js';
import { adamSide, common, samples, snapshot, timeless } from './subjects.js';

const data = samples();

/** Fails unless this fit ends by a WorkerError with nothing changed. */
async function expectDeath(message: RegExp, options: Partial<WorkerFitOptions>): Promise<void> {
  const side = adamSide();
  side.model.loss = 'mse';
  await collected();
  const before = snapshot(side);
  const memory = memoryUsage();
  const { model, optimizer } = side;
  const error = await fit(model, data, { ...common, optimizer, epochs: 1_000_000, ...options }).catch((error) => error);
  expect(error).toBeInstanceOf(WorkerError);
  expect(error.name).toBe('WorkerError');
  expect(error.message).toMatch(message);
  expect(snapshot(side)).toEqual(before);
  expect(memoryUsage()).toBe(memory);
  expect(fitSync(model, data, { ...common, optimizer }).status).toBe('completed');
}

/** A worker that runs some code instead of ours, or after it. */
const running = (code: string) => () => new Worker(code, { eval: true });

describe('a worker', () => {
  it('whose program throws', async () => {
    await expectDeath(/^The worker failed \(mine\)$/, { worker: running('throw new Error("mine")') });
  });

  it('that exits at once', async () => {
    await expectDeath(/^The worker ended before its fit did, with exit code 3$/, {
      worker: running('process.exit(3)'),
    });
  });

  it('that is terminated in the middle', async () => {
    let worker: Worker | undefined;
    await expectDeath(/^The worker ended before its fit did, with exit code 1$/, {
      worker: () => {
        worker = new Worker(source, { eval: true });
        return worker;
      },
      onProgress: ({ steps }) => {
        if (steps > 0) worker!.terminate();
      },
    });
  });

  it('that runs out of memory', async () => {
    const code = 'const all = []; for (;;) all.push(new Array(1e5).fill({}));';
    const worker = () => new Worker(code, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 8 } });
    await expectDeath(/^The worker failed \(.*memory.*\)$/, { worker });
  });

  it('that cannot be sent the fit', async () => {
    const worker = () => ({
      on() {},
      terminate() {},
      postMessage: () => structuredClone(() => {}), // throws a DataCloneError
    });
    await expectDeath(/^fit: this worker cannot be sent a fit \(.*could not be cloned/, { worker });
  });

  it('that no host here can make', async () => {
    vi.stubGlobal('process', {});
    try {
      await expectDeath(/^fit: this host cannot start a worker from a blob/, {});
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

/** The web's kind of a worker, over Node's. */
class WebWorker extends EventTarget {
  readonly #worker: Worker;

  constructor(code: string) {
    super();
    this.#worker = new Worker(code, { eval: true });
    this.#worker.on('message', (data) => this.dispatchEvent(new MessageEvent('message', { data })));
    this.#worker.on('error', (error) =>
      this.dispatchEvent(Object.assign(new Event('error'), { message: error.message })),
    );
  }

  postMessage(message: unknown, transfer: ArrayBuffer[]): void {
    this.#worker.postMessage(message, transfer);
  }

  terminate(): void {
    this.#worker.terminate();
  }
}

describe("the web's kind of a worker", () => {
  it('trains', async () => {
    const [here, there] = [adamSide(), adamSide()];
    const expected = fitSync(here.model, data, { ...common, optimizer: here.optimizer });
    const worker = () => new WebWorker(source);
    const result = await fit(there.model, data, { ...common, optimizer: there.optimizer, worker });
    expect(timeless(result)).toEqual(timeless(expected));
    expect(snapshot(there)).toEqual(snapshot(here));
  });

  it("that is Node's, as onnxruntime-web makes it a global", async () => {
    vi.stubGlobal('Worker', Worker);
    try {
      const side = adamSide();
      const { status } = await fit(side.model, data, { ...common, optimizer: side.optimizer });
      expect(status).toBe('completed');
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('that fails', async () => {
    await expectDeath(/^The worker did not start \(mine\)$/, {
      worker: () => new WebWorker('throw new Error("mine")'),
    });
  });
});

describe('the package as it is built', () => {
  const run = async (code: string) => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      timeout: 30_000,
    });
    return stdout.trim();
  };
  const program = (end: string) => `
    import { Adam, dataset, linear, sequential } from 'adamas';
    import { fit } from 'adamas/worker';
    const model = sequential(linear(1, 1, { init: 'zeros' }));
    const optimizer = new Adam(model.parameters(), { lr: 0.1 });
    const options = { loss: 'mse', optimizer, epochs: 300 };
    const data = dataset([[0], [1], [2], [3]], [1, 3, 5, 7]);
    ${end}`;

  it('trains, and the program ends by itself', async () => {
    const end =
      'console.log((await fit(model, data, options)).status, model.predict(new Float32Array([4]))[0].toFixed(1));';
    expect(await run(program(end))).toBe('completed 9.0');
  });

  it('trains in a worker of your own, which imports adamas/worker-thread', async () => {
    const end = `
      import { Worker } from 'node:worker_threads';
      const worker = () => new Worker("import 'adamas/worker-thread'", { eval: true, execArgv: ['--input-type=module'] });
      console.log((await fit(model, data, { ...options, worker })).status);`;
    expect(await run(program(end))).toBe('completed');
  });
});

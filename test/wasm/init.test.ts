// Loading the kernels: every road of init, and what each failure says. Each test has an adamas of its own.
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

type Adamas = typeof import('../../src/index.js');

const bytes = new Uint8Array(readFileSync(new URL('../../build/release.wasm', import.meta.url)));
const module = new WebAssembly.Module(bytes);
const other = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

let adamas: Adamas;
beforeEach(async () => {
  vi.resetModules();
  adamas = await import('../../src/index.js');
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const works = () => {
  expect(adamas.clipGradNorm([adamas.parameter([1])], 1)).toBe(0);
};
const failure = async (run: () => unknown): Promise<Error> => {
  try {
    await run();
  } catch (error) {
    return error as Error;
  }
  return expect.fail('nothing was thrown');
};

/** Answers of a server, by path: status, type, body. */
const answers: Record<string, [number, string, Uint8Array | string]> = {
  '/right': [200, 'application/wasm', bytes],
  '/untyped': [200, 'text/plain', bytes],
  '/html': [200, 'text/html', '<!doctype html><title>Home</title>'],
  '/missing': [404, 'text/html', '<!doctype html><title>Not found</title>'],
  '/truncated': [200, 'application/wasm', bytes.subarray(0, 3000)],
};
let server: Server;
let root: string;
beforeAll(async () => {
  server = createServer(({ url }, response) => {
    const [status, type, body] = answers[url!]!;
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  root = `http://localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

describe('init takes', () => {
  it.each([
    ['nothing', () => undefined],
    ['a module', () => ({ module })],
    ['bytes', () => ({ bytes })],
    ['a buffer', () => ({ bytes: bytes.buffer })],
    ['a URL', () => ({ url: new URL('/right', root) })],
    ['a URL that answers with another type', () => ({ url: `${root}/untyped` })],
  ])('%s', async (_, options) => {
    await adamas.init(options());
    works();
  });
});

describe('init says what it got instead of the kernels', () => {
  const must = (name: string) => `init: ${name} must be adamas/kernels.wasm of this version, got `;
  it.each<[string, () => object, ErrorConstructor, () => string]>([
    [
      'a page',
      () => ({ url: `${root}/html` }),
      RangeError,
      () => `status 200 and text/html from ${root}/html (Compile`,
    ],
    ['a 404', () => ({ url: `${root}/missing` }), RangeError, () => 'status 404 and text/html from '],
    ['a part', () => ({ url: `${root}/truncated` }), RangeError, () => 'status 200 and application/wasm from '],
    ['no server', () => ({ url: 'http://localhost:1/x' }), RangeError, () => 'http://localhost:1/x (TypeError: fetch'],
    ['truncated bytes', () => ({ bytes: bytes.subarray(0, 3000) }), RangeError, () => 'Uint8Array(3000) (CompileError'],
    ['other bytes', () => ({ bytes: new Uint8Array(8) }), RangeError, () => 'Uint8Array(8) (CompileError'],
    ['another module', () => ({ bytes: other }), RangeError, () => 'Uint8Array(8) (another module, or that of'],
    ['a module', () => ({ module: new WebAssembly.Module(other) }), RangeError, () => 'a Module (another module'],
    ['a string', () => ({ bytes: 'AGFzbQ' }), TypeError, () => '"AGFzbQ" (TypeError'],
    ['no module', () => ({ module: {} }), TypeError, () => 'an object (TypeError'],
  ])('%s', async (_, options, Kind, got) => {
    const [name] = Object.keys(options());
    const error = await failure(() => adamas.init(options()));
    expect(error.constructor).toBe(Kind);
    expect(error.message).toMatch(must(name!) + got());
    expect(error.message).toMatch(/\)\. Take dist\/kernels\.wasm of the installed package, whole$/);
    expect(error.cause).toBeDefined();
    // And nothing has come of it.
    await adamas.init({ bytes });
    works();
  });
});

describe('init called', () => {
  const late = 'init: the kernels are already in use; call init once, before anything else of adamas';

  it('too late', async () => {
    adamas.tensor([1]);
    expect((await failure(() => adamas.init())).message).toBe(late);
  });

  it('twice, one after the other and at once', async () => {
    const both = await Promise.allSettled([adamas.init(), adamas.init({ bytes })]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await failure(() => adamas.init())).message).toBe(late);
    works();
  });

  it('and not awaited: what is used meanwhile stays', async () => {
    const pending = adamas.init({ bytes });
    const t = adamas.tensor([1, 2]);
    expect((await failure(() => pending)).message).toBe(late);
    expect([...t.data]).toEqual([1, 2]);
  });
});

describe('a host', () => {
  const needed = 'This host has no WebAssembly with SIMD: take Chrome 98, Firefox 94, Safari 16.4, Node 20.19 or newer';

  it.each(['first use', 'init'])('without WebAssembly, at %s', async (when) => {
    vi.stubGlobal('WebAssembly', undefined);
    const error = await failure(() => (when === 'init' ? adamas.init() : adamas.tensor([1])));
    expect(error).toBeInstanceOf(adamas.SimdUnsupportedError);
    expect(error.message).toBe(needed);
    vi.unstubAllGlobals();
    works();
  });

  it.each(['first use', 'init'])('without SIMD, at %s', async (when) => {
    const without = Object.assign(Object.create(WebAssembly), { validate: () => false });
    without.Module = class {
      constructor() {
        throw new WebAssembly.CompileError('invalid value type 0x7b');
      }
    };
    vi.stubGlobal('WebAssembly', without);
    const error = await failure(() => (when === 'init' ? adamas.init() : adamas.tensor([1])));
    expect(error).toBeInstanceOf(adamas.SimdUnsupportedError);
  });

  it.each(['first use', 'init', 'init({ bytes })'])('that forbids compiling, at %s', async (when) => {
    const blocked = new WebAssembly.CompileError('blocked by CSP');
    const compile = () => Promise.reject(blocked);
    const Module = Object.assign(
      class {
        constructor() {
          throw blocked;
        }
      },
      { customSections: WebAssembly.Module.customSections },
    );
    vi.stubGlobal('WebAssembly', Object.assign(Object.create(WebAssembly), { Module, compile }));
    const runs = {
      'first use': () => adamas.tensor([1]),
      init: () => adamas.init(),
      'init({ bytes })': () => adamas.init({ bytes }),
    };
    const error = await failure(runs[when as keyof typeof runs]);
    expect(error.message).toBe(
      "This page or host forbids compiling WebAssembly. Allow 'wasm-unsafe-eval' in script-src of its " +
        'Content-Security-Policy, or call init({ module }) with a compiled adamas/kernels.wasm before anything else of ' +
        'adamas (CompileError: blocked by CSP)',
    );
    expect(error.cause).toBe(blocked);
    await adamas.init({ module });
    works();
  });

  it('that limits synchronous compiling and instantiating takes init()', async () => {
    const limited = (Original: typeof WebAssembly.Module) =>
      new Proxy(Original, {
        construct(target, [source]: [BufferSource]) {
          if (source.byteLength > 4096) throw new RangeError('WebAssembly.Compile is disallowed on the main thread');
          return new target(source);
        },
      });
    const Module = limited(WebAssembly.Module);
    vi.stubGlobal('WebAssembly', Object.assign(Object.create(WebAssembly), { Module }));
    expect((await failure(() => adamas.tensor([1]))).message).toBe(
      'This engine limits synchronous compiling: await init() before anything else of adamas ' +
        '(RangeError: WebAssembly.Compile is disallowed on the main thread)',
    );
    await adamas.init();
    works();
  });
});

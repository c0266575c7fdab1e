// Workers may not compile at run time: the kernels come as a module that was compiled before.
import { init } from 'adamas';
import module from 'adamas/kernels.wasm';
import { run } from './program.js';

const ready = init({ module });

export default {
  async fetch() {
    try {
      await ready;
      return Response.json(await run());
    } catch (error) {
      return Response.json({ error: String(error.stack) });
    }
  },
};

import { Adam, dataset, fitSync, linear, sequential } from 'adamas';
import { fit } from 'adamas/worker';
import { run } from './program.js';
import { report } from './report.js';

/** Throws unless the stack trace of an error names a function and a file of the package. */
function checkStack() {
  const model = sequential(linear(1, 1));
  const onProgress = () => {
    throw new Error('mine');
  };
  try {
    fitSync(model, dataset([[1]], [1]), { loss: 'mse', optimizer: new Adam(model.parameters()), onProgress });
  } catch ({ stack }) {
    // Chromium writes `at fitSync (http://...`, Firefox `fitSync@http://...`.
    if (!/\bfitSync(@| \()http\S+\/adamas\/dist\/\S+\.js:\d+/.test(stack))
      throw new Error(`fitSync must be on the stack, got ${stack}`);
  }
}

report(
  run({ worker: fit }).then((result) => {
    checkStack();
    return result;
  }),
);

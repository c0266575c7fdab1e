/**
 * Properties that only the package's own code names, by which the build gives them names of a letter or two, the same in all bundles: 450
 * bytes of the core, 150 of an optimizer alone. None may be public (the build looks for that), a key of data that leaves or enters (state
 * dicts, checkpoints, messages of a worker), one of the host's that this code uses, or one that the tests of the
 * built package name.
 */
const NAMES = `
  active addState advance append array assertAverages assertIdle assertParameters assertUsable assume atLeast attempt
  beforeDispose begin block busy capacity checkBatch checkInputs clearState context copyIn copyOut divide eachGroup ensureState
  epochSamples evaluating exhausted factors forwardColumns gathers generator gradBlock held hold ops output passes
  planSteps prepare ptr readsColumns recipe release reserve restart samplesLeft rules setLrs setMomentum slots startEpoch
  startEvaluation stepper takeLosses takesClasses tensors thrown uncounted undo validationWeights view workspace xRow
`;

/** For esbuild's `mangleProps`. */
export const internals = new RegExp(`^(${NAMES.trim().split(/\s+/).join('|')})$`);

/** Throws if published types, or the kernels' exports, name one of them. */
export function checkUnpublished(path, text) {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '');
  const found = code.match(/[\w$]+/g).find((word) => internals.test(word));
  if (found) throw new Error(`${path} publishes ${found}, which scripts/internals.mjs calls internal`);
}

/**
 * Properties that only the package's own code names, by which the build gives them names of a letter or two, the same in all bundles: a few
 * hundred bytes of the core, a hundred of an optimizer alone. None may be public (the build looks for that), a key of data that leaves or enters
 * (state dicts, checkpoints, messages of a worker), one of the host's that this code uses, or one that the tests of the built package name.
 */
const NAMES = `
  active addState append array atLeast attempt capacity clearState context copyIn copyOut ensureState epochSamples
  evaluating exhausted gathers held hold ops output passes prepare ptr readsColumns reserve samplesLeft rules slots
  startEpoch startEvaluation stepper takeLosses takesClasses thrown uncounted validationWeights view workspace xRow
`;

/** Those of objects and classes that users extend, by names that no user gives: with a `$`. */
const OF_EXTENDED = `
  advance assertAverages assertIdle assertParameters assertUsable beforeDispose busy checkBatch checkInputs eachGroup
  factors forwardColumns gradBlock planSteps recipe release setLrs setMomentum
`;

const wordsOf = (text) => text.trim().split(/\s+/);
const extended = wordsOf(OF_EXTENDED);

/** For esbuild's `mangleProps`. */
export const internals = new RegExp(`^(${[...wordsOf(NAMES), ...extended].join('|')})$`);

/** The names that esbuild is to begin with, as a `mangleCache`. */
export const chosen = Object.fromEntries(extended.map((name, i) => [name, `$${i.toString(36)}`]));

/** Throws if published types, or the kernels' exports, name one of them. */
export function checkUnpublished(path, text) {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '');
  const found = code.match(/[\w$]+/g).find((word) => internals.test(word));
  if (found) throw new Error(`${path} publishes ${found}, which scripts/internals.mjs calls internal`);
}

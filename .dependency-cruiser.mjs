// The rules of imports: layers import one way, and nothing imports in a circle, types included. `npm run lint` checks them.

/** Folders of src from the top down: each may import those below it. */
const LAYERS = [
  ['cli', 'worker', 'worker-thread', 'doctor', 'distribute'],
  ['tabular'],
  ['io'],
  ['train', 'plot'],
  ['nn'],
  ['optim', 'data', 'stateDictJson'],
  ['tensor', 'random', 'generator'],
  ['wasm', 'resources', 'validate', 'errors', 'suggest', 'hostTypes'],
];

const pathOf = (layers) => `^src/(${layers.flat().join('|')})(/|\\.ts$)`;

export default {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    ...LAYERS.slice(1).map((layer, i) => ({
      name: `${layer.join('-')}-imports-downwards`,
      comment: 'A layer must not import one above it',
      severity: 'error',
      from: { path: pathOf([layer]) },
      to: { path: pathOf(LAYERS.slice(0, i + 1)) },
    })),
    {
      name: 'not-the-api',
      comment: 'Layers below the top import the modules themselves, not the API that re-exports them',
      severity: 'error',
      from: { path: pathOf(LAYERS.slice(1)) },
      to: { path: '^src/index\\.ts$' },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^devalue$' } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { conditionNames: ['import', 'types', 'default'], extensions: ['.ts', '.js'] },
  },
};

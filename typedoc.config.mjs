import { entryPoints } from './scripts/build/entryPoints.mjs';

const { 'worker-thread': _program, ...documented } = entryPoints();

/** @type {Partial<import('typedoc').TypeDocOptions>} */
export default {
  name: 'adamas',
  entryPoints: Object.values(documented),
  tsconfig: 'tsconfig.json',
  out: 'out/api',
  readme: 'README.md',
  disableSources: true,
  includeVersion: true,
  excludeInternal: true,
  excludePrivate: true,
  excludeProtected: true,
  validation: {
    notExported: true,
    invalidLink: true,
    invalidPath: false,
    rewrittenLink: true,
    notDocumented: true,
    unusedMergeModuleWith: true,
  },
  requiredToBeDocumented: ['Class', 'Interface', 'TypeAlias', 'Function', 'Variable', 'Method', 'Accessor'],
  treatWarningsAsErrors: true,
  intentionallyNotExported: [
    ...[
      'FitSummary',
      'PartialFitSummary',
      'CommonOptions',
      'Chainable',
      'AnyOptimizer',
      'ResolvedLBFGSOptions',
      'GroupTexts',
    ],
    ...['AbortSignalLike', 'BlobLike', 'ReadableStreamLike', 'ResponseLike', 'URLLike', 'activations', 'TYPES'],
  ],
};

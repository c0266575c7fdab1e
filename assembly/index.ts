// The whole Wasm surface of the package. It is compiled as one module for `init` and, for the copies inside the package, as two: what only steps
// an optimizer loads base.ts alone, all else models.ts too.
export * from './base';
export * from './models';

// The whole Wasm surface of the package. It is compiled as one module for `init`, and as two for the copies inside the package: a program that only
// steps an optimizer loads base.ts alone, any other loads models.ts too.
export * from './base';
export * from './models';

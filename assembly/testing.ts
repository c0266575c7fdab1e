// The surface of the testing build: what the package has, and every kernel by itself.
export * from './index';
export * from './vm/testing.generated';

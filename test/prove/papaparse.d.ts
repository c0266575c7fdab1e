// The part of Papa Parse that the proofs use, as a reference.
declare module 'papaparse' {
  const Papa: {
    parse(text: string, options: object): { readonly data: string[][] };
  };
  export default Papa;
}

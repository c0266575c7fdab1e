/** Formulas by name, as MathML that the build made of TeX. */
declare module '*.tex' {
  const formulas: Readonly<Record<string, string>>;
  export default formulas;
}

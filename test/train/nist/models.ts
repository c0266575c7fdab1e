// The models of NIST's nonlinear regression problems, each with its derivatives by the parameters, in float64. The data, starts and
// certified values in problems.json are NIST's Statistical Reference Datasets (public domain): https://www.itl.nist.gov/div898/strd/

/** The value at x (a second predictor as x2); writes its derivatives to `d`. */
type Model = (b: readonly number[], x: number, d: Float64Array, x2: number) => number;

/** b1 (1 - exp(-b2 x)); BoxBOD has the same model */
const misra1a: Model = (b, x, d) => {
  const [b1, b2] = b as [number, number];
  const t0 = Math.exp(-b2 * x);
  const t1 = 1 - t0;
  d.set([t1, b1 * t0 * x]);
  return b1 * t1;
};

/** b1 (1 - (1 + b2 x / 2)^-2) */
const misra1b: Model = (b, x, d) => {
  const [b1, b2] = b as [number, number];
  const t0 = (1 / 2) * b2 * x + 1;
  const t1 = 1 - 1 / t0 ** 2;
  d.set([t1, (b1 * x) / t0 ** 3]);
  return b1 * t1;
};

/** b1 (1 - (1 + 2 b2 x)^-0.5) */
const misra1c: Model = (b, x, d) => {
  const [b1, b2] = b as [number, number];
  const t0 = 2 * b2 * x + 1;
  const t1 = 1 - 1 / Math.sqrt(t0);
  d.set([t1, (b1 * x) / t0 ** (3 / 2)]);
  return b1 * t1;
};

/** b1 b2 x / (1 + b2 x) */
const misra1d: Model = (b, x, d) => {
  const [b1, b2] = b as [number, number];
  const t0 = b2 * x;
  const t1 = t0 + 1;
  const t2 = 1 / t1;
  const t3 = t0 * t2;
  d.set([t3, (-b1 * b2 * x ** 2) / t1 ** 2 + b1 * t2 * x]);
  return b1 * t3;
};

/** exp(-b1 x) / (b2 + b3 x) */
const chwirut: Model = (b, x, d) => {
  const [b1, b2, b3] = b as [number, number, number];
  const t0 = Math.exp(-b1 * x);
  const t1 = b2 + b3 * x;
  const t2 = t0 / t1;
  const t3 = t0 / t1 ** 2;
  d.set([-t2 * x, -t3, -t3 * x]);
  return t2;
};

/** b1 x^b2 */
const danWood: Model = (b, x, d) => {
  const [b1, b2] = b as [number, number];
  const t0 = x ** b2;
  const t1 = b1 * t0;
  d.set([t0, t1 * Math.log(x)]);
  return t1;
};

/** b1 (b2 + x)^(-1 / b3) */
const bennett5: Model = (b, x, d) => {
  const [b1, b2, b3] = b as [number, number, number];
  const t0 = b2 + x;
  const t1 = 1 / b3;
  const t2 = t0 ** -t1;
  const t3 = b1 * t2;
  d.set([t2, (-t1 * t3) / t0, (t3 * Math.log(t0)) / b3 ** 2]);
  return t3;
};

/** b1 + b2 cos(2 pi x / 12) + b3 sin(2 pi x / 12) + b5 cos(2 pi x / b4) + b6 sin(2 pi x / b4) + b8 cos(2 pi x / b7) + b9 sin(2 pi x / b7) */
const enso: Model = (b, x, d) => {
  const [b1, b2, b3, b4, b5, b6, b7, b8, b9] = b as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const t0 = Math.PI * x;
  const t1 = (1 / 6) * t0;
  const t2 = Math.cos(t1);
  const t3 = Math.sin(t1);
  const t4 = 2 * t0;
  const t5 = t4 / b4;
  const t6 = Math.cos(t5);
  const t7 = Math.sin(t5);
  const t8 = t4 / b7;
  const t9 = Math.cos(t8);
  const t10 = Math.sin(t8);
  const t11 = t4 / b4 ** 2;
  const t12 = t4 / b7 ** 2;
  d.set([1, t2, t3, b5 * t11 * t7 - b6 * t11 * t6, t6, t7, b8 * t10 * t12 - b9 * t12 * t9, t9, t10]);
  return b1 + b2 * t2 + b3 * t3 + b5 * t6 + b6 * t7 + b8 * t9 + b9 * t10;
};

/** b1 / b2 exp(-((x - b3) / b2)^2 / 2) */
const eckerle4: Model = (b, x, d) => {
  const [b1, b2, b3] = b as [number, number, number];
  const t0 = b2 ** -2;
  const t1 = (-b3 + x) ** 2;
  const t2 = Math.exp((-1 / 2) * t0 * t1);
  const t3 = t2 / b2;
  const t4 = b1 * t2;
  d.set([t3, (b1 * t1 * t2) / b2 ** 4 - t0 * t4, ((-1 / 2) * t4 * (2 * b3 - 2 * x)) / b2 ** 3]);
  return b1 * t3;
};

/** b1 exp(-b2 x) + b3 exp(-(x - b4)^2 / b5^2) + b6 exp(-(x - b7)^2 / b8^2) */
const gauss: Model = (b, x, d) => {
  const [b1, b2, b3, b4, b5, b6, b7, b8] = b as [number, number, number, number, number, number, number, number];
  const t0 = Math.exp(-b2 * x);
  const t1 = b1 * t0;
  const t2 = b5 ** -2;
  const t3 = -x;
  const t4 = (-b4 - t3) ** 2;
  const t5 = Math.exp(-t2 * t4);
  const t6 = b3 * t5;
  const t7 = b8 ** -2;
  const t8 = (-b7 - t3) ** 2;
  const t9 = Math.exp(-t7 * t8);
  const t10 = b6 * t9;
  const t11 = -2 * x;
  d.set([
    t0,
    -t1 * x,
    t5,
    -t2 * t6 * (2 * b4 + t11),
    (2 * t4 * t6) / b5 ** 3,
    t9,
    -t10 * t7 * (2 * b7 + t11),
    (2 * t10 * t8) / b8 ** 3,
  ]);
  return t1 + t10 + t6;
};

/** (b1 + b2 x + b3 x^2 + b4 x^3) / (1 + b5 x + b6 x^2 + b7 x^3) */
const cubic: Model = (b, x, d) => {
  const [b1, b2, b3, b4, b5, b6, b7] = b as [number, number, number, number, number, number, number];
  const t0 = x ** 2;
  const t1 = x ** 3;
  const t2 = b1 + b2 * x + b3 * t0 + b4 * t1;
  const t3 = b5 * x + b6 * t0 + b7 * t1 + 1;
  const t4 = 1 / t3;
  const t5 = t2 / t3 ** 2;
  d.set([t4, t4 * x, t0 * t4, t1 * t4, -t5 * x, -t0 * t5, -t1 * t5]);
  return t2 * t4;
};

/** (b1 + b2 x + b3 x^2) / (1 + b4 x + b5 x^2) */
const kirby2: Model = (b, x, d) => {
  const [b1, b2, b3, b4, b5] = b as [number, number, number, number, number];
  const t0 = x ** 2;
  const t1 = b1 + b2 * x + b3 * t0;
  const t2 = b4 * x + b5 * t0 + 1;
  const t3 = 1 / t2;
  const t4 = t1 / t2 ** 2;
  d.set([t3, t3 * x, t0 * t3, -t4 * x, -t0 * t4]);
  return t1 * t3;
};

/** b1 exp(-b2 x) + b3 exp(-b4 x) + b5 exp(-b6 x) */
const lanczos: Model = (b, x, d) => {
  const [b1, b2, b3, b4, b5, b6] = b as [number, number, number, number, number, number];
  const t0 = Math.exp(-b2 * x);
  const t1 = b1 * t0;
  const t2 = Math.exp(-b4 * x);
  const t3 = b3 * t2;
  const t4 = Math.exp(-b6 * x);
  const t5 = b5 * t4;
  d.set([t0, -t1 * x, t2, -t3 * x, t4, -t5 * x]);
  return t1 + t3 + t5;
};

/** b1 (x^2 + x b2) / (x^2 + x b3 + b4) */
const mgh09: Model = (b, x, d) => {
  const [b1, b2, b3, b4] = b as [number, number, number, number];
  const t0 = x ** 2;
  const t1 = b2 * x + t0;
  const t2 = b3 * x + b4 + t0;
  const t3 = 1 / t2;
  const t4 = t1 * t3;
  const t5 = b1 * x;
  const t6 = t1 / t2 ** 2;
  d.set([t4, t3 * t5, -t5 * t6, -b1 * t6]);
  return b1 * t4;
};

/** b1 exp(b2 / (x + b3)) */
const mgh10: Model = (b, x, d) => {
  const [b1, b2, b3] = b as [number, number, number];
  const t0 = b3 + x;
  const t1 = 1 / t0;
  const t2 = Math.exp(b2 * t1);
  const t3 = b1 * t2;
  d.set([t2, t1 * t3, (-b2 * t3) / t0 ** 2]);
  return t3;
};

/** b1 + b2 exp(-x b4) + b3 exp(-x b5) */
const mgh17: Model = (b, x, d) => {
  const [b1, b2, b3, b4, b5] = b as [number, number, number, number, number];
  const t0 = Math.exp(-b4 * x);
  const t1 = b2 * t0;
  const t2 = Math.exp(-b5 * x);
  const t3 = b3 * t2;
  d.set([1, t0, t2, -t1 * x, -t3 * x]);
  return b1 + t1 + t3;
};

/** log y = b1 - b2 x exp(-b3 x2) */
const nelson: Model = (b, x, d, x2) => {
  const [b1, b2, b3] = b as [number, number, number];
  const t0 = x * Math.exp(-b3 * x2);
  const t1 = b2 * t0;
  d.set([1, -t0, t1 * x2]);
  return b1 - t1;
};

/** b1 / (1 + exp(b2 - b3 x)) */
const rat42: Model = (b, x, d) => {
  const [b1, b2, b3] = b as [number, number, number];
  const t0 = Math.exp(b2 - b3 * x);
  const t1 = t0 + 1;
  const t2 = 1 / t1;
  const t3 = (b1 * t0) / t1 ** 2;
  d.set([t2, -t3, t3 * x]);
  return b1 * t2;
};

/** b1 / (1 + exp(b2 - b3 x))^(1 / b4) */
const rat43: Model = (b, x, d) => {
  const [b1, b2, b3, b4] = b as [number, number, number, number];
  const t0 = Math.exp(b2 - b3 * x);
  const t1 = t0 + 1;
  const t2 = 1 / b4;
  const t3 = t1 ** -t2;
  const t4 = b1 * t3;
  const t5 = (t0 * t2 * t4) / t1;
  d.set([t3, -t5, t5 * x, (t4 * Math.log(t1)) / b4 ** 2]);
  return t4;
};

/** b1 - b2 x - atan(b3 / (x - b4)) / pi */
const roszman1: Model = (b, x, d) => {
  const [b1, b2, b3, b4] = b as [number, number, number, number];
  const t0 = 1 / Math.PI;
  const t1 = -x;
  const t2 = -b4 - t1;
  const t3 = 1 / t2;
  const t4 = t2 ** -2;
  const t5 = t0 / (b3 ** 2 * t4 + 1);
  d.set([1, t1, -t3 * t5, -b3 * t4 * t5]);
  return b1 - b2 * x - t0 * Math.atan(b3 * t3);
};

/** The model of each problem. */
export const models: Readonly<Record<string, Model>> = {
  Misra1a: misra1a,
  Misra1b: misra1b,
  Misra1c: misra1c,
  Misra1d: misra1d,
  Chwirut1: chwirut,
  Chwirut2: chwirut,
  DanWood: danWood,
  BoxBOD: misra1a,
  Bennett5: bennett5,
  ENSO: enso,
  Eckerle4: eckerle4,
  Gauss1: gauss,
  Gauss2: gauss,
  Gauss3: gauss,
  Hahn1: cubic,
  Thurber: cubic,
  Kirby2: kirby2,
  Lanczos1: lanczos,
  Lanczos2: lanczos,
  Lanczos3: lanczos,
  MGH09: mgh09,
  MGH10: mgh10,
  MGH17: mgh17,
  Nelson: nelson,
  Rat42: rat42,
  Rat43: rat43,
  Roszman1: roszman1,
};

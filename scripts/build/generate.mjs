// Writes what follows from the sources of assembly/, so that nobody keeps it by hand. A function or struct is found by its form alone:
//
// | exported from assembly/                                              | becomes                                                        |
// |----------------------------------------------------------------------|----------------------------------------------------------------|
// | `<op>(at: usize, context: Context)`, void or bool                      | an op: a number, and a case of an interpreter; true stops the list. |
// |                                                                      | Ops of optim/ are those of a step, all others those of a model  |
// | `<op>_f32(y, x, n, ...f32)`, `<op>Backward_f32(dx, dy, x or y, n, ...f32)` | the same, through a wrapper that is written here               |
// | `<op>_f32(dPrediction, prediction, target, n, scale, weights, ...f32): f64` | the same                                                    |
// | `<name>_f32(table, rows, scalars, scale)`                              | an export of the module: the kernel of an optimizer            |
// | `<name>_f32`, `<name>_u32`                                             | an export of the testing build                                 |
// | an `@unmanaged` class of fields of 32 or 64 bits                        | its layout, for the wrapper                                    |
import { readFileSync, writeFileSync } from 'node:fs';
import { byName, layoutOf, readDeclarations } from './source.mjs';

const ACTIVATION = /^y,x,n(,\w+:f32)*$/;
const ACTIVATION_BACKWARD = /^dx,dy,[xy],n(,\w+:f32)*$/;
const LOSS = /^dPrediction,prediction,target,n,scale:f32,weights(,\w+:f32)*$/;
const OPTIMIZER = /^table,rows,scalars,scale:f32$/;
const OP = /^at,context:Context$/;

/** Writes all generated files but those of the binary. */
export function generate() {
  const { functions, structs } = readDeclarations('assembly');
  const kernels = functions.filter(({ name }) => /_[fu]32$/.test(name));
  const ops = [
    ...functions.filter((f) => OP.test(form(f))).map((f) => ({ ...f, wrapper: '' })),
    ...kernels.filter((f) => ACTIVATION.test(form(f))).map((f) => wrapped(f, activation)),
    ...kernels.filter((f) => ACTIVATION_BACKWARD.test(form(f))).map((f) => wrapped(f, activationBackward)),
    ...kernels.filter((f) => LOSS.test(form(f)) && f.returns === 'f64').map((f) => wrapped(f, loss)),
  ].sort(byName);
  const layouts = structs.flatMap((struct) => {
    const layout = layoutOf(struct);
    return layout ? [{ ...struct, ...layout }] : [];
  });
  const optimizers = kernels.filter((f) => OPTIMIZER.test(form(f)));
  const shipped = ['base', 'models'].map((surface) => readFileSync(`assembly/${surface}.ts`, 'utf8')).join('');
  const tested = kernels.filter((f) => !optimizers.includes(f) && !new RegExp(`\\b${f.name}\\b`).test(shipped));

  write(
    'assembly/vm/runModel.generated.ts',
    interpreter('runModel', ops, (op) => !isOfStep(op)),
  );
  write('assembly/vm/runStep.generated.ts', interpreter('runStep', ops, isOfStep));
  write('assembly/vm/optimizers.generated.ts', reexports(optimizers));
  write('assembly/vm/testing.generated.ts', `${reexports(tested)}\n${layoutCheck(layouts)}`);
  write('src/wasm/op.generated.ts', opNumbers(ops));
  write('src/wasm/layouts.generated.ts', layoutConstants(layouts));
}

function write(path, text) {
  writeFileSync(path, `// Written by scripts/build/generate.mjs from the sources of assembly/.\n${text}`);
}

/** True for an op of an optimizer's step. */
function isOfStep({ module }) {
  return module.startsWith('optim/');
}

/** The parameters of a function as one text; a type is left out where it is usize. */
function form({ parameters }) {
  return parameters.map(({ name, type }) => (type === 'usize' ? name : `${name}:${type}`)).join(',');
}

/** The op of a kernel: its name without the suffix, and the text of its struct and function. */
function wrapped(kernel, text) {
  const name = kernel.name.replace(/_f32$/, '');
  const Args = `${name[0].toUpperCase()}${name.slice(1)}Arguments`;
  return { ...kernel, name, returns: 'void', wrapper: text(name, kernel, Args) };
}

function struct(name, fields) {
  return `@unmanaged\nclass ${name} {\n${fields.map((field) => `  ${field};\n`).join('')}}\n`;
}

/** The parameters from `first` on, as fields and as arguments. */
function constants({ parameters }, first) {
  const rest = parameters.slice(first);
  return { fields: rest.map(({ name }) => `${name}: f32`), values: rest.map(({ name }) => `, args.${name}`).join('') };
}

function activation(name, kernel, Args) {
  const { fields, values } = constants(kernel, 3);
  return `${struct(Args, ['y: usize', 'x: usize', 'U: usize', ...fields])}
function ${name}(at: usize, context: Context): void {
  const args = changetype<${Args}>(at);
  ${kernel.name}(args.y, inputOr(args.x, context), context.rows * args.U${values});
}
`;
}

function activationBackward(name, kernel, Args) {
  const { fields, values } = constants(kernel, 4);
  return `${struct(Args, ['dx: usize', 'dy: usize', 'v: usize', 'U: usize', ...fields])}
function ${name}(at: usize, context: Context): void {
  const args = changetype<${Args}>(at);
  ${kernel.name}(args.dx, args.dy, inputOr(args.v, context), context.rows * args.U${values});
}
`;
}

function loss(name, kernel, Args) {
  const { fields, values } = constants(kernel, 6);
  return `${struct(Args, ['dPrediction: usize', 'prediction: usize', 'K: usize', ...fields])}
function ${name}(at: usize, context: Context): void {
  const args = changetype<${Args}>(at);
  const n = countElements(args.K, context);
  const weights = elementWeights(args.K, context);
  context.lossSum += ${kernel.name}(args.dPrediction, args.prediction, context.y, n, meanScale(n), weights${values});
}
`;
}

/** The function that runs those of the ops. Its wrappers and imports come first. */
function interpreter(name, ops, isOfIt) {
  const own = ops.filter(isOfIt);
  const imports = own.map(
    ({ name, module, wrapper }) => `import { ${wrapper ? `${name}_f32` : name} } from '../${module}';`,
  );
  const wrappers = own.flatMap(({ wrapper }) => wrapper || []);
  if (wrappers.length > 0)
    imports.unshift("import { countElements, elementWeights, meanScale } from '../nn/elementwiseLoss';");
  const cases = own.map((op) => {
    const call = op.returns === 'bool' ? `if (${op.name}(at, context)) return` : `${op.name}(at, context)`;
    return `      case ${ops.indexOf(op)}:\n        ${call};\n        break;\n`;
  });
  return `import { Context${wrappers.length > 0 ? ', inputOr' : ''} } from './context';
${imports.join('\n')}

${wrappers.join('\n')}
/** Runs the ops from \`ops\` to \`end\`, unless one of them stops the list: see interpreter.ts. */
export function ${name}(context: Context, ops: usize, end: usize): void {
  while (ops < end) {
    const at = ops + 8;
    switch (load<u32>(ops)) {
${cases.join('')}      default:
        unreachable();
    }
    ops += load<u32>(ops, 4);
  }
}
`;
}

function reexports(functions) {
  return functions.map(({ name, module }) => `export { ${name} } from '../${module}';\n`).join('');
}

/** A function that does not compile where a layout is not the compiler's own. */
function layoutCheck(layouts) {
  const checks = layouts.flatMap(({ name, places, size }) => [
    ...places.map(
      ({ name: field, bytes }) => `  if (offsetof<${name}>('${field}') != ${bytes}) ERROR('${name}.${field}');`,
    ),
    `  if (offsetof<${name}>() != ${size}) ERROR('${name}');`,
  ]);
  return `${layouts.map(({ name, module }) => `import { ${name} } from '../${module}';\n`).join('')}
export function checkLayouts(): void {
${checks.join('\n')}
}
`;
}

// Both as enums, whose numbers bundlers inline.

function opNumbers(ops) {
  return `/** Opcodes. */\nexport enum Op {\n${ops.map(({ name }) => `  ${name},\n`).join('')}}\n`;
}

function layoutConstants(layouts) {
  const one = ({ name, module, places, size }) => `
/** Class \`${name}\` of assembly/${module}.ts. */
export enum ${name} {
${places.map(({ name: field, bytes }) => `  ${field} = ${bytes / 4},\n`).join('')}  size = ${size / 4},
}
`;
  return `// Places of the fields of structs, and their sizes, in words of 32 bits.\n${layouts.map(one).join('')}`;
}

// Models and weights in files.
export { FormatError } from './formatError.js';
export type { TensorLike } from './safetensors/build.js';
export type { Dtype, Numbers } from './safetensors/dtypes.js';
export {
  type ConvertedTensor,
  type FileTensor,
  readSafetensors,
  type SafetensorsFile,
  writeSafetensors,
} from './safetensors/index.js';

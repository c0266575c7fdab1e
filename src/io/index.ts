// Models and weights in files.
export type { Place, WriteOptions } from '../train/place.js';
export type { Exportable, ExportOptions } from './exportedModel.js';
export { FormatError } from './formatError.js';
export { toJavaScript } from './javascript/index.js';
export type { CustomLayerInfo, LayerMakers } from './model/architecture.js';
export {
  fromBytes,
  type LoadedModel,
  type LoadModelOptions,
  type SaveOptions,
  toBytes,
} from './model/modelFile.js';
export { load, save } from './model/save.js';
export { toONNX } from './onnx/index.js';
export { download, type FileHandle, handle, opfs } from './places/browser.js';
export { file } from './places/file.js';
export { indexedDB } from './places/indexedDB.js';
export { PlaceError } from './places/placeError.js';
export type { TensorLike } from './safetensors/build.js';
export type { Dtype, Numbers } from './safetensors/dtypes.js';
export {
  type ConvertedTensor,
  type FileTensor,
  readSafetensors,
  type SafetensorsFile,
  writeSafetensors,
} from './safetensors/index.js';

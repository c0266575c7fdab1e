// Entry point `adamas/io`: models, checkpoints and weights in files.

import { keepInPlaces } from './io/checkpoint/places.js';
import { provideCheckpointPlaces } from './train/checkpointPlaces.js';

provideCheckpointPlaces(keepInPlaces);

export type { Exportable, ExportOptions } from './io/exportedModel.js';
export { FormatError } from './io/formatError.js';
export { toJavaScript } from './io/javascript/index.js';
export type { CustomLayerInfo, LayerMakers } from './io/model/architecture.js';
export {
  fromBytes,
  type LoadedModel,
  type LoadModelOptions,
  type SaveOptions,
  toBytes,
} from './io/model/modelFile.js';
export { load, save } from './io/model/save.js';
export { toONNX } from './io/onnx/index.js';
export { download, type FileHandle, handle, opfs } from './io/places/browser.js';
export { file } from './io/places/file.js';
export { indexedDB } from './io/places/indexedDB.js';
export { PlaceError } from './io/places/placeError.js';
export type { TensorLike } from './io/safetensors/build.js';
export type { Dtype, Numbers } from './io/safetensors/dtypes.js';
export {
  type ConvertedTensor,
  type FileTensor,
  readSafetensors,
  type SafetensorsFile,
  writeSafetensors,
} from './io/safetensors/index.js';
export type { Place, WriteOptions } from './train/place.js';

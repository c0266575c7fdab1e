// The part of protobuf's encoding that ONNX needs: https://protobuf.dev/programming-guides/encoding/

/** The bytes of a message or of a part of one, in pieces, so that large tensors are copied only once. */
export interface Chunk {
  readonly length: number;
  readonly parts: readonly Uint8Array[];
}

const encoder = new TextEncoder();

function chunk(parts: readonly Uint8Array[]): Chunk {
  return { parts, length: parts.reduce((sum, { length }) => sum + length, 0) };
}

/** "Base 128 Varints": seven bits per byte, lowest first, for whole numbers from 0 to 2^53 - 1. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return Uint8Array.of(...bytes, rest);
}

/** "Message Structure": wire types 0 (varint), 2 (length and bytes), 5 (32 bits). */
const tag = (field: number, wireType: 0 | 2 | 5) => varint(field * 8 + wireType);

/** A field of a whole number of at least 0: int32, int64, enum. */
export function int(field: number, value: number): Chunk {
  return chunk([tag(field, 0), varint(value)]);
}

/** A field of 32 bits: float. */
export function float(field: number, value: number): Chunk {
  return chunk([tag(field, 5), new Uint8Array(Float32Array.of(value).buffer)]);
}

/** A field of bytes. */
export function bytes(field: number, value: Uint8Array): Chunk {
  return chunk([tag(field, 2), varint(value.length), value]);
}

/** A field of text. */
export function text(field: number, value: string): Chunk {
  return bytes(field, encoder.encode(value));
}

/** A field that is a message of these fields. */
export function message(field: number, fields: readonly Chunk[]): Chunk {
  const body = chunk(fields.flatMap(({ parts }) => parts));
  return chunk([tag(field, 2), varint(body.length), ...body.parts]);
}

/** The bytes of the outermost message. */
export function encode(fields: readonly Chunk[]): Uint8Array<ArrayBuffer> {
  const { length, parts } = chunk(fields.flatMap(({ parts }) => parts));
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

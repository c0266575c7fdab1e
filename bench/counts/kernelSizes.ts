// The sizes of functions in a binary. https://webassembly.github.io/spec/core/binary/modules.html

const IMPORT = 2;
const EXPORT = 7;
const CODE = 10;

/** Bytes of the code of each exported function, by its name. */
export function kernelSizes(bytes: Uint8Array): Record<string, number> {
  let at = 8;
  const byte = () => bytes[at++]!;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const next = byte();
      value += (next & 127) * 2 ** shift;
      if (next < 128) return value;
    }
  };
  const text = () => {
    const length = number();
    at += length;
    return new TextDecoder().decode(bytes.subarray(at - length, at));
  };
  const times = (each: () => void) => {
    for (let left = number(); left > 0; left--) each();
  };
  const limits = () => {
    if (number() & 1) number();
    number();
  };

  let imported = 0;
  const exported: [name: string, index: number][] = [];
  const sizes: number[] = [];
  const sections: Readonly<Record<number, () => void>> = {
    [IMPORT]: () =>
      times(() => {
        text();
        text();
        const kind = byte();
        if (kind === 0) {
          imported++;
          number();
        } else if (kind === 2) limits();
        else throw new Error(`An import of kind ${kind} is none that the kernels have`);
      }),
    [EXPORT]: () =>
      times(() => {
        const name = text();
        const kind = byte();
        const index = number();
        if (kind === 0) exported.push([name, index]);
      }),
    [CODE]: () =>
      times(() => {
        const size = number();
        sizes.push(size);
        at += size;
      }),
  };
  while (at < bytes.length) {
    const id = byte();
    const size = number();
    const end = at + size;
    sections[id]?.();
    at = end;
  }
  return Object.fromEntries(exported.map(([name, index]) => [name, sizes[index - imported]!]).sort());
}

/**
 * A module of its own: brings back what scripts/build.mjs wrote as characters, in place, from address 0 to `end`, and returns where the
 * bytes end. A loop in JavaScript that runs only once would take three times as long.
 *
 * A byte is a character from 35 on, after one of two that say so where it is 90 or more, or 180; bytes are shifted by 4.
 */
export function decode(end: usize): usize {
  let length: usize = 0;
  let shift = -39;
  for (let at: usize = 0; at < end; at++) {
    const code = <i32>load<u8>(at);
    if (code > 124) shift = 90 * (code - 124) - 39;
    else {
      store<u8>(length++, code + shift);
      shift = -39;
    }
  }
  return length;
}

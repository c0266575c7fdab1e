// The kernels of the bench: each that ships by itself, one that they inline, and the machine's peak.
import { map } from '../../assembly/nn/elementwise';
import { exp } from '../../assembly/simd/exp';

export * from '../../assembly/testing';
export { peak_f32 } from './peak';


@final
@unmanaged
class Exp {

  @inline value(x: v128): v128 {
    return exp(x);
  }
}

export function exp_f32(y: usize, x: usize, n: usize): void {
  map<Exp>(y, x, n);
}

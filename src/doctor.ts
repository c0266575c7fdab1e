// Entry point `adamas/doctor`.

export { type Diagnosis, doctor, report } from './doctor/diagnosis.js';
export { digest, RECORDED_DIGEST } from './doctor/digest.js';
export type { Engine } from './doctor/engine.js';
export type { Fit } from './doctor/selfTest.js';

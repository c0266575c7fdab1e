// Entry point `adamas/datasets`.
export { type AirfoilTable, airfoil, airfoilTable, type Column } from './data/airfoil.js';

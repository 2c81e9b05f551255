// Jest would load a .ts file here as CommonJS, in which the migrations cannot be imported. Node itself
// loads this one, and with it the TypeScript behind it, types stripped.
export { default } from './global-setup.ts';

// The package in Node, which reads the module from its file.
import { readFile } from 'node:fs/promises';
import init from './glimpse_verifier.js';

export * from './glimpse_verifier.js';

export default async function (given) {
  return init(given ?? { module_or_path: await readFile(new URL('glimpse_verifier_bg.wasm', import.meta.url)) });
}

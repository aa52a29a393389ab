// Runs a test program that was built for wasm32-wasip1, in Node: cargo's runner for `test:core`.
import { readFile } from 'node:fs/promises';
import { WASI } from 'node:wasi';

const [, , program, ...rest] = process.argv;
const here = process.cwd();
// Tests read their own package, and write to the temporary folder.
const preopens = { [here]: here, '/tmp': '/tmp' };
const wasi = new WASI({ version: 'preview1', args: [program, ...rest], env: process.env, preopens });
const module = await WebAssembly.compile(await readFile(program));
process.exit(wasi.start(await WebAssembly.instantiate(module, wasi.getImportObject())) ?? 0);

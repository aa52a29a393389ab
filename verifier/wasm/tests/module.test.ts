// What the module can reach, and how its errors look.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import init, * as glimpse from '@glimpse/verifier';
import { Frames, newIdentity, readPolicy, selfRegistration, symbolRows } from '@glimpse/verifier';

await init();

test('the module reaches the browser’s randomness and nothing else', async () => {
  const read = (name: string) => readFile(new URL(`../pkg/${name}`, import.meta.url));
  const module = await WebAssembly.compile(await read('glimpse_verifier_bg.wasm'));
  const imports = WebAssembly.Module.imports(module);
  expect(new Set(imports.map((i) => `${i.module} ${i.kind}`))).toEqual(new Set(['./glimpse_verifier_bg.js function']));
  // The functions that it is given: every name in them that is not their own, nor behind a dot.
  const glue = String(await read('glimpse_verifier.js'));
  const [from, to] = [glue.indexOf('const import0 = {'), glue.indexOf('"./glimpse_verifier_bg.js": import0')];
  const given = glue.slice(from, to).replace(/'[^']*'|\/\/.*/g, '');
  for (const { name } of imports) expect(given).toContain(`${name}:`);
  const words = given.match(/(?<![\w$.])[A-Za-z_$][\w$]*(?!\w*\s*:)/g) ?? [];
  const own = /^(arg\d+|arguments|(ptr|len)\d+|ret|val?|v|obj|result|_|table|offset|wasm|import0|__(wbg|wbindgen|proto)\w*)$/;
  const language = /^(catch|const|else|false|function|if|instanceof|let|new|null|return|throw|true|try|typeof|undefined|var)$/;
  // What wasm-bindgen defines beside them: octets and texts in the module's memory, errors.
  const helpers = /^(debugString|getArrayU8FromWasm0|getDataViewMemory0|getStringFromWasm0|handleError|isLikeNone|passStringToWasm0|WASM_VECTOR_LEN)$/;
  const reached = new Set(words.filter((w) => ![own, language, helpers].some((form) => form.test(w))));
  expect([...reached].sort()).toEqual(['Array', 'ArrayBuffer', 'BigInt', 'Error', 'Object', 'Reflect', 'String', 'Symbol', 'Uint8Array', 'globalThis']);
  expect(given.match(/globalThis[^(]*/g)).toEqual(['globalThis.crypto.getRandomValues']);
});

test('identities are fresh', () => {
  const [one, two] = [newIdentity(), newIdentity()];
  expect(one.secret).toHaveLength(48);
  expect(one.toRegister).toMatch(/^[0-9a-f]{96}$/);
  expect(one.toRegister).not.toBe(two.toRegister);
});

test('an error has a code and says what to do', () => {
  const fault = (code: string) => expect.objectContaining({ code, message: expect.stringMatching(/.{10,}/) });
  expect(() => readPolicy('name = 1', 'en')).toThrow(fault('policy'));
  expect(() => symbolRows('A'.repeat(5000))).toThrow(fault('symbol'));
  expect(() => new Frames('answer', new Uint8Array())).toThrow(fault('frames'));
  expect(() => selfRegistration(new Uint8Array(3), { en: 'Shop' }, 1)).toThrow(fault('identity'));
  expect(() => selfRegistration(newIdentity().secret, { en: 'Shop' }, Date.now())).toThrow(fault('time'));
});

test.each(['README.md', 'example/index.html'])('%s imports what there is', async (name) => {
  const text = String(await readFile(new URL(`../${name}`, import.meta.url)));
  const names = /import init, \{([^}]*)\} from '.\/pkg\/glimpse_verifier.js'/.exec(text)?.[1]?.split(',') ?? [];
  expect(names.length).toBeGreaterThan(0);
  for (const imported of names) expect(glimpse).toHaveProperty(imported.trim(), expect.any(Function));
});

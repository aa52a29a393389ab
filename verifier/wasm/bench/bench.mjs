// "Over 18, and which city": natively, in Node and in Chromium, in one run. Prints milliseconds, and
// how many times the native time each takes.
//   npm run bench -w verifier/wasm [-- ANSWERS]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { chromium } from 'playwright-core';
import init, * as glimpse from '@glimpse/verifier';
import { checks } from './checks.mjs';

const here = import.meta.dirname;
const root = `${here}/../../..`;
const answers = process.argv[2] ?? '31';

function native(file) {
  const build = ['--quiet', '-p', 'glimpse-verifier-wasm', '--profile', 'wasm', '--target-dir', `${root}/target/wasm`];
  const run = ['run', ...build, '--example', 'checks', '--', file, answers];
  return JSON.parse(execFileSync('cargo', run, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] }).toString());
}

/** Serves the package and the checks, to this machine. */
function serve(scene) {
  const files = {
    '/': ['text/html', () => '<!doctype html><title>Checks</title>'],
    '/scene.json': ['application/json', () => scene],
    '/checks.mjs': ['text/javascript', () => readFileSync(`${here}/checks.mjs`)],
    '/glimpse_verifier.js': ['text/javascript', () => readFileSync(`${here}/../pkg/glimpse_verifier.js`)],
    '/glimpse_verifier_bg.wasm': ['application/wasm', () => readFileSync(`${here}/../pkg/glimpse_verifier_bg.wasm`)],
  };
  const server = createServer((request, response) => {
    const found = files[request.url];
    response.writeHead(found ? 200 : 404, { 'content-type': found?.[0] ?? 'text/plain' }).end(found?.[1]());
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

async function inChromium(scene) {
  const server = await serve(scene);
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    return await page.evaluate(async () => {
      const module = await import('/glimpse_verifier.js');
      await module.default();
      const { checks } = await import('/checks.mjs');
      return checks(module, await (await fetch('/scene.json')).json());
    });
  } finally {
    await browser.close();
    server.close();
  }
}

const folder = mkdtempSync(`${tmpdir()}/glimpse-bench-`);
try {
  const times = { native: native(`${folder}/scene.json`) };
  const scene = readFileSync(`${folder}/scene.json`, 'utf8');
  await init();
  times.node = checks(glimpse, JSON.parse(scene));
  times.Chromium = await inChromium(scene);
  console.log('milliseconds       first check      prepared         check   in a batch of 10');
  for (const [where, time] of Object.entries(times)) {
    const cell = (part) => `${time[part].toFixed(2)} (${(time[part] / times.native[part]).toFixed(1)})`.padStart(14);
    console.log(`${where.padEnd(15)}${cell('first')}${cell('prepared')}${cell('check')}${cell('batch').padStart(20)}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}

import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** The service worker, with a list of everything there is: after the first load nothing is fetched again. */
const offline = (): Plugin => ({
  name: 'glimpse-offline',
  apply: 'build',
  // After Vite's own plugin has put the page into the bundle: where only the page changes, the version does too.
  enforce: 'post',
  generateBundle(_, bundle) {
    if (!bundle['index.html']) this.error('the page is not in the bundle, so the version would not cover it');
    const digest = createHash('sha256');
    for (const name of Object.keys(bundle).sort()) {
      const part = bundle[name];
      digest.update(name).update(part?.type === 'asset' ? part.source : (part?.code ?? ''));
    }
    const still = readdirSync('public');
    for (const name of still) digest.update(name).update(readFileSync(`public/${name}`));
    const files = ['./', ...[...Object.keys(bundle), ...still].filter((name) => name !== 'index.html').sort()];
    const source = readFileSync('src/worker/offline.js', 'utf8')
      .replace('__FILES__', JSON.stringify(files))
      .replace('__VERSION__', JSON.stringify(digest.digest('hex').slice(0, 16)));
    this.emitFile({ type: 'asset', fileName: 'offline.js', source });
  },
});

// The page runs under `default-src 'none'`: every script and style is a file of its own, and nothing
// becomes a data: URL. It may lie in any folder of a server.
export default defineConfig({
  base: './',
  plugins: [svelte(), offline()],
  build: { target: 'es2022', assetsInlineLimit: 0, emptyOutDir: true, modulePreload: { polyfill: false } },
  worker: { format: 'es' },
  test: { include: ['src/**/*.test.ts'] },
});

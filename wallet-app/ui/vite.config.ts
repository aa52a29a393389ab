import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

// For `npm run dev`: the wallet's commands and the other sides, in a running
// `cargo run -p glimpse-e2e --features window -- bridge`.
const BRIDGE = process.env['GLIMPSE_BRIDGE'] ?? 'http://127.0.0.1:8710';

const bridge = (): Plugin => ({
  name: 'glimpse-bridge',
  apply: 'serve',
  transformIndexHtml: () => [{ tag: 'script', attrs: { src: '/bridge.js' }, injectTo: 'head-prepend' }],
});

// The screens run under `default-src 'none'`: every script and style is a file of its own, and
// nothing becomes a data: URL.
export default defineConfig({
  plugins: [svelte(), bridge()],
  build: { target: 'es2022', assetsInlineLimit: 0, emptyOutDir: true },
  server: { proxy: Object.fromEntries(['/invoke', '/events', '/world', '/bridge.js'].map((path) => [path, BRIDGE])) },
  test: { include: ['src/**/*.test.ts'] },
});

import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// The page runs under `default-src 'none'`: every script and style is a file of its own, and
// nothing becomes a data: URL.
export default defineConfig({
  plugins: [svelte()],
  build: { target: 'es2022', assetsInlineLimit: 0, emptyOutDir: true },
  server: { proxy: { '/api': process.env.GLIMPSE_OFFICE ?? 'http://127.0.0.1:8700' } },
  test: { include: ['src/**/*.test.ts'] },
});

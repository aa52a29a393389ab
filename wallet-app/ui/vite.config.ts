import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// The screens run under `default-src 'none'`: every script and style is a file of its own, and
// nothing becomes a data: URL.
export default defineConfig({
  plugins: [svelte()],
  build: { target: 'es2022', assetsInlineLimit: 0, emptyOutDir: true },
  test: { include: ['src/**/*.test.ts'] },
});

import { browser } from '@glimpse/ui/testing/browser.ts';
import { defineConfig } from '@playwright/test';

// A counter is a desk's screen more often than not.
const desk = browser({ width: 1280, height: 900 });

export default defineConfig(desk, {
  // A machine that is busy elsewhere; what passes only then is reported as flaky.
  retries: process.env['CI'] ? 1 : 0,
  use: {
    permissions: ['camera'],
    launchOptions: {
      ...desk.use.launchOptions,
      // A camera that shows nothing of ours, unless a test brings its own picture.
      args: [...desk.use.launchOptions.args, '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
    },
  },
});

import { browser } from '@glimpse/ui/testing/browser.ts';
import { defineConfig } from '@playwright/test';

// A telephone is the rule here.
export default defineConfig(browser({ width: 390, height: 844 }), {
  // A machine that is busy elsewhere; what passes only then is reported as flaky.
  retries: process.env['CI'] ? 1 : 0,
});

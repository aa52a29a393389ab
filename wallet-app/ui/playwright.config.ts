import { defineConfig } from '@playwright/test';

// Debian's Chromium, as root in CI: the sandbox needs a user of its own. A telephone is the rule here.
export default defineConfig({
  testDir: 'tests',
  fullyParallel: false,
  workers: Number(process.env['GLIMPSE_E2E_WORKERS'] ?? 2),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  // A machine that is busy elsewhere; what passes only then is reported as flaky.
  retries: process.env['CI'] ? 1 : 0,
  forbidOnly: Boolean(process.env['CI']),
  reporter: process.env['CI'] ? 'list' : [['list'], ['html', { open: 'never' }]],
  use: {
    browserName: 'chromium',
    locale: 'en-GB',
    timezoneId: 'Europe/Brussels',
    viewport: { width: 390, height: 844 },
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    },
  },
});

/** How the pages' tests drive a browser: Debian's Chromium, as root in CI, whose sandbox needs a user of its own. */
const inCi = Boolean(process.env['CI']);

export const browser = (viewport: { width: number; height: number }) => ({
  testDir: 'tests',
  fullyParallel: false,
  workers: Number(process.env['GLIMPSE_E2E_WORKERS'] ?? 2),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: inCi,
  reporter: inCi ? 'list' : [['list'] as ['list'], ['html', { open: 'never' }] as ['html', { open: 'never' }]],
  use: {
    browserName: 'chromium' as const,
    locale: 'en-GB',
    timezoneId: 'Europe/Brussels',
    viewport,
    contextOptions: { reducedMotion: 'reduce' as const },
    trace: 'retain-on-failure' as const,
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    },
  },
});

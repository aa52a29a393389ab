import { browser } from '@glimpse/ui/testing/browser.ts';
import { defineConfig } from '@playwright/test';

export default defineConfig(browser({ width: 1440, height: 900 }));

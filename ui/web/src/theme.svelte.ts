/** Light, dark or in high contrast: the reader's system says, unless she has said otherwise here. */
export const THEMES = ['system', 'light', 'dark', 'contrast'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'glimpse-theme';

const isTheme = (name: unknown): name is Theme => (THEMES as readonly unknown[]).includes(name);

function kept(): Theme {
  const set = document.documentElement.dataset.theme;
  return isTheme(set) ? set : 'system';
}

class ThemeChoice {
  current = $state<Theme>(kept());

  choose(theme: Theme): void {
    this.current = theme;
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    try {
      if (theme === 'system') localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, theme);
    } catch {
      // A browser that keeps nothing: the choice holds until the page is closed.
    }
  }
}

export const theme = new ThemeChoice();

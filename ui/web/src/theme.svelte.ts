/** Light or dark: the reader's system says, unless she has said otherwise here. */
export type Theme = 'system' | 'light' | 'dark';

const KEY = 'glimpse-theme';

function kept(): Theme {
  const set = document.documentElement.dataset.theme;
  return set === 'light' || set === 'dark' ? set : 'system';
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

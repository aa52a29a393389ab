// Runs before the first paint, so that a chosen theme or language does not flash by.
try {
  const theme = localStorage.getItem('glimpse-theme');
  if (['light', 'dark', 'contrast'].includes(theme)) document.documentElement.dataset.theme = theme;
  const language = localStorage.getItem('glimpse-language');
  if (language) {
    document.documentElement.lang = language;
    if (language === 'ar') document.documentElement.dir = 'rtl';
  }
} catch {
  // A browser that keeps nothing is served just as well.
}

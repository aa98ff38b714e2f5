// Runs before the first paint so that a light page never flashes dark; a file of its own because the CSP allows no inline script.
(() => {
  let saved = 'auto';
  try {
    saved = localStorage.getItem('yudai.color-scheme') ?? 'auto';
  } catch {
    // Storage is off: the system decides.
  }
  const system = matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
  document.documentElement.dataset.mantineColorScheme = saved === 'light' || saved === 'dark' ? saved : system;
})();

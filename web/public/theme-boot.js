// Runs before the first paint so that neither theme flashes. A file of its own because the page allows no inline scripts.
(function () {
  var theme = 'system'
  try {
    theme = JSON.parse(localStorage.getItem('smartflow.preferences') || '{}').theme || 'system'
  } catch (e) {
    // Storage is blocked or damaged: follow the system.
  }
  var dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
})()

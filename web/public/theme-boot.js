// Runs before the first paint so that neither theme flashes. A file of its own because the page allows no inline scripts.
(function () {
  var root = document.documentElement
  var theme = 'system'
  try {
    theme = JSON.parse(localStorage.getItem('smartflow.preferences') || '{}').theme || 'system'
  } catch (e) {
    // Storage is blocked or damaged: follow the system.
  }
  var dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  root.dataset.theme = dark ? 'dark' : 'light'
  // The session's readable cookie (src/api/cookies.ts): who has none sees the sign-in or the plaza.
  if (!/(^|; )(__Host-)?sf_csrf=/.test(document.cookie)) root.dataset.visitor = ''
  // A script of the page that does not come leaves its words for that.
  addEventListener(
    'error',
    function (event) {
      var boot = document.querySelector('.boot')
      if (boot && event.target && event.target.tagName === 'SCRIPT') boot.classList.add('failed')
    },
    true,
  )
})()

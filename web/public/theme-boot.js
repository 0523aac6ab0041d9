// Runs before the first paint so that neither theme flashes, and asks early for what the page will need. A file of its own because the
// page allows no inline scripts.
(function () {
  var hints = { pages: {}, words: {} } // Filled in by build/hints.mjs.
  var root = document.documentElement
  var kept = {}
  try {
    kept = JSON.parse(localStorage.getItem('smartflow.preferences') || '{}')
  } catch (e) {
    // Storage is blocked or damaged: follow the system.
  }
  var theme = kept.theme || 'system'
  var dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  root.dataset.theme = dark ? 'dark' : 'light'
  // The session's readable cookie (src/api/cookies.ts): who has none sees the sign-in or the plaza.
  var visitor = !/(^|; )(__Host-)?sf_csrf=/.test(document.cookie)
  if (visitor) root.dataset.visitor = ''
  var path = location.pathname === '/' ? '/today' : location.pathname
  hint(hints.pages[visitor && !/^\/plaza/.test(path) ? '/sign-in' : path])
  // As src/preferences.ts chooses it.
  var known = (navigator.languages || []).filter(function (language) {
    return /^(zh|en)\b/i.test(language)
  })[0]
  hint(hints.words[kept.locale || (/^en/i.test(known) ? 'en' : 'zh-CN')])

  function hint(files) {
    ;(files || []).forEach(function (file) {
      var link = document.createElement('link')
      var style = /\.css$/.test(file)
      link.rel = style ? 'preload' : 'modulepreload'
      if (style) link.as = 'style'
      link.crossOrigin = ''
      link.href = '/' + file
      document.head.append(link)
    })
  }
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

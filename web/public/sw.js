/* Shows what is pushed, and opens the page that it leads to. It keeps nothing and answers no request. */
self.addEventListener('push', (event) => {
  let pushed = {}
  try {
    pushed = event.data?.json() ?? {}
  } catch {
    // A browser ends a subscription that shows nothing.
  }
  event.waitUntil(
    self.registration.showNotification(pushed.title || 'SmartFlow', {
      body: pushed.text || '',
      tag: pushed.id,
      icon: '/favicon.svg',
      data: { path: pushed.path },
    }),
  )
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const asked = new URL(event.notification.data?.path || '/notifications', self.location.origin)
  const url = asked.origin === self.location.origin ? asked.href : self.location.origin
  event.waitUntil(
    self.clients.matchAll({ type: 'window', includeUncontrolled: true }).then(async (pages) => {
      const page = pages.find((one) => 'navigate' in one)
      if (!page) return self.clients.openWindow(url)
      await page.focus()
      return page.navigate(url).catch(() => self.clients.openWindow(url))
    }),
  )
})

/*
 * Lets today's plan be read while the server is away, says when there is a new version, and shows what is pushed.
 * The pages' files are kept by version; of answers only those of `todays`, the newest of each, until their user leaves. Whatever is
 * asked goes to the server first: what is kept answers where nothing else does, and says of when it is.
 */
const build = { version: '', files: [] } // Filled in by build/offline.mjs.
const shell = `smartflow-shell-${build.version}`
/** src/shell/worker.ts empties it, too. */
const kept = 'smartflow-kept'
const mostKept = 12
const todays = /^\/api\/v1\/(auth\/me|schedule\/today|tasks|active-schedule\/suggestions)$/
/** Requests after which somebody else may be here. */
const comesOrGoes = /^\/api\/v1\/(auth\/(login|register|logout)|account)$/
const surfaces = /^\/(api|v1|mcp|healthz|readyz|openapi)(\/|$)/
/** What was asked for before somebody came or went is not kept after it. */
let life = 0

self.addEventListener('install', (event) => event.waitUntil(caches.open(shell).then((cache) => cache.addAll(build.files))))

self.addEventListener('activate', (event) => event.waitUntil(begin()))

self.addEventListener('message', (event) => {
  if (event.data?.renew) self.skipWaiting()
  if (event.data?.forget) event.waitUntil(forget())
  // What the page had asked for before there was a worker.
  if (event.data?.keep) event.waitUntil(Promise.allSettled(event.data.keep.map((url) => planOf(new Request(url)))))
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (url.origin !== self.location.origin || !build.files.length) return
  if (request.method !== 'GET') {
    if (comesOrGoes.test(url.pathname)) event.waitUntil(forget())
    return
  }
  if (request.mode === 'navigate') {
    if (!surfaces.test(url.pathname)) event.respondWith(pageOf(event))
    return
  }
  if (build.files.includes(url.pathname)) event.respondWith(fileOf(request))
  else if (todays.test(url.pathname)) event.respondWith(planOf(request))
})

async function begin() {
  const old = (await caches.keys()).filter((name) => name.startsWith('smartflow-shell-') && name !== shell)
  await Promise.all(old.map((name) => caches.delete(name)))
  await self.registration.navigationPreload?.enable()
  await self.clients.claim()
}

/** Nobody was there to answer: not the server, and a proxy before it has its own words for that. */
const isAway = (answer) =>
  !answer || (answer.status >= 502 && answer.status <= 504 && !/json/.test(answer.headers.get('Content-Type') ?? ''))

async function pageOf({ request, preloadResponse }) {
  const answer = await Promise.resolve(preloadResponse)
    .then((early) => early ?? fetch(request))
    .catch(() => undefined)
  if (!isAway(answer)) return answer
  const cache = await caches.open(shell)
  return (await cache.match('/', { ignoreVary: true })) ?? answer ?? Response.error()
}

async function fileOf(request) {
  const cache = await caches.open(shell)
  return (await cache.match(request, { ignoreVary: true })) ?? fetch(request)
}

async function planOf(request) {
  const begun = life
  const answer = await fetch(request).catch(() => undefined)
  if (answer?.ok) await keep(request, answer.clone(), begun)
  if (!isAway(answer)) return answer
  const last = await (await caches.open(kept)).match(request.url, { ignoreVary: true })
  if (!last) return answer ?? Response.error()
  const headers = new Headers(last.headers)
  headers.set('SmartFlow-As-Of', new Date(last.headers.get('Date') ?? Date.now()).toISOString())
  return new Response(last.body, { status: 200, headers })
}

async function keep(request, answer, begun) {
  try {
    const cache = await caches.open(kept)
    if (begun === life) await cache.put(request.url, answer)
    const keys = await cache.keys()
    await Promise.all(keys.slice(0, Math.max(0, keys.length - mostKept)).map((key) => cache.delete(key)))
  } catch {
    // A full disk: then there is nothing to read without the server.
  }
  if (begun !== life) await caches.delete(kept)
}

async function forget() {
  life++
  await caches.delete(kept)
}

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
      icon: '/icon-192.png',
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

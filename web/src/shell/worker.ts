import { i18n } from '@/i18n'
import { show } from '@/ui/toasts'

/** public/sw.js keeps today's answers under this name. */
const kept = 'smartflow-kept'
const checkMs = 3_600_000
let started = false

/** For whoever is signed in: today's plan can then be read without the server. A visitor's browser keeps nothing. */
export function startWorker(production = import.meta.env.PROD) {
  if (started || !production || !('serviceWorker' in navigator)) return
  started = true
  const begin = () => void navigator.serviceWorker.register('/sw.js').then(watch, () => undefined)
  // What the first page needs comes first.
  if (document.readyState === 'complete') begin()
  else addEventListener('load', begin, { once: true })
}

/** Nothing of whoever was here is left for whoever comes next. */
export async function forgetKept() {
  if (!('serviceWorker' in navigator)) return
  navigator.serviceWorker.controller?.postMessage({ forget: true })
  await caches.delete(kept).catch(() => false)
}

function watch(registration?: ServiceWorkerRegistration) {
  // A browser that is told to have none.
  if (!registration) return
  const workers = navigator.serviceWorker
  if (!workers.controller) workers.addEventListener('controllerchange', keepWhatWasAsked, { once: true })
  const offer = (worker: ServiceWorker | null) => {
    if (worker?.state === 'installed' && workers.controller) offerRenewal(worker)
  }
  offer(registration.waiting)
  registration.addEventListener('updatefound', () => {
    const worker = registration.installing
    worker?.addEventListener('statechange', () => offer(worker))
  })
  let checkedAt = Date.now()
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible' || Date.now() - checkedAt < checkMs) return
    checkedAt = Date.now()
    void registration.update().catch(() => undefined)
  })
}

/** The first worker came after the page had asked for its things: it asks for those that it keeps once more. */
function keepWhatWasAsked() {
  const asked = performance.getEntriesByType('resource').map(({ name }) => name)
  const todays = /\/api\/v1\/(auth\/me|schedule\/today|tasks|active-schedule\/suggestions)(\?|$)/
  navigator.serviceWorker.controller?.postMessage({ keep: [...new Set(asked.filter((name) => todays.test(name)))] })
}

function offerRenewal(worker: ServiceWorker) {
  const { t } = i18n.global
  show(t('reach.renewed'), {
    about: 'version',
    stays: true,
    action: {
      label: t('common.reload'),
      run() {
        // Drafts are kept as the page is left (src/drafts.ts).
        navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
        worker.postMessage({ renew: true })
      },
    },
  })
}

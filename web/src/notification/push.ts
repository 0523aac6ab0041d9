import type { NewChannel } from './api'

/** Whether this browser can be told while the page is closed. */
export const canPush = () => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window

const bytesOf = (key: string) =>
  Uint8Array.from(atob(key.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0))

/** What a browser is called among the others of its owner. */
export function browserName(agent: string): string {
  const browser = /Edg\//.test(agent)
    ? 'Edge'
    : /Firefox\//.test(agent)
      ? 'Firefox'
      : /Chrome\//.test(agent)
        ? 'Chrome'
        : 'Safari'
  const system = /Android/.test(agent)
    ? 'Android'
    : /iPhone|iPad/.test(agent)
      ? 'iOS'
      : /Windows/.test(agent)
        ? 'Windows'
        : /Mac OS/.test(agent)
          ? 'macOS'
          : 'Linux'
  return `${browser} · ${system}`
}

/** Asks for the permission, which a browser only shows after a click, and subscribes. Null: it was not given. */
export async function subscribe(publicKey: string): Promise<NewChannel | null> {
  if ((await Notification.requestPermission()) !== 'granted') return null
  await navigator.serviceWorker.register('/sw.js')
  const worker = await navigator.serviceWorker.ready
  const options = { userVisibleOnly: true, applicationServerKey: bytesOf(publicKey) }
  let subscription = await worker.pushManager.subscribe(options).catch(() => null)
  if (!subscription) {
    // One of an earlier key of the server is in the way.
    await (await worker.pushManager.getSubscription())?.unsubscribe()
    subscription = await worker.pushManager.subscribe(options)
  }
  const { endpoint, keys } = subscription.toJSON()
  return {
    type: 'web_push',
    name: browserName(navigator.userAgent),
    address: endpoint,
    p256dh: keys?.p256dh,
    auth: keys?.auth,
  }
}

import { readCsrfToken } from './cookies'

const stampKey = 'smartflow.refreshed_at'
let running: Promise<boolean> | undefined

function lastRefresh(): number {
  try {
    return Number(localStorage.getItem(stampKey) ?? 0)
  } catch {
    return 0
  }
}

function stamp() {
  try {
    localStorage.setItem(stampKey, String(Date.now()))
  } catch {
    // Without storage each tab refreshes for itself.
  }
}

async function rotate(): Promise<boolean> {
  const headers: Record<string, string> = { 'X-SmartFlow-Client': 'web' }
  const csrf = readCsrfToken()
  if (csrf) headers['X-CSRF-Token'] = csrf
  try {
    const response = await fetch('/api/v1/auth/refresh', { method: 'POST', headers, credentials: 'same-origin' })
    if (response.ok) stamp()
    return response.ok
  } catch {
    return false
  }
}

/**
 * Gets a new access cookie. Refresh tokens rotate and a reused one ends the session, so at most one tab refreshes at a
 * time, and a tab that waited for another one only repeats its request.
 */
export function refreshSession(requestStartedAt: number): Promise<boolean> {
  const attempt = async () => (lastRefresh() >= requestStartedAt ? true : rotate())
  const exclusive = async (): Promise<boolean> =>
    navigator.locks ? navigator.locks.request('smartflow.refresh', attempt) : attempt()
  running ??= exclusive().finally(() => (running = undefined))
  return running
}

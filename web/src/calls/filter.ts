/** What the page's filter holds; every empty word means any. */
export interface CallFilter extends Record<string, string> {
  scene: string
  model: string
  /** An outcome, or "state:" and a state. */
  result: string
  /** Days of this browser's calendar, yyyy-mm-dd; both included. */
  from: string
  to: string
  /** A user's name; in the operators' log only. */
  user: string
}

export const anyCall: CallFilter = { scene: '', model: '', result: '', from: '', to: '', user: '' }

export const results = [
  'completed',
  'client_gone',
  'provider_cut',
  'stopped_at_hold',
  'provider_failed',
  'timed_out',
  'unknown',
  'state:sent',
  'state:suspense',
] as const

const statePrefix = 'state:'

/** Midnight at the begin of a day so many days later, or nothing where the text is no day. */
function midnight(day: string, later: number): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day)
  if (!parts) return ''
  const date = new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]) + later)
  return Number.isNaN(date.getTime()) ? '' : date.toISOString()
}

/** The filter as the server wants it. */
export function queryOf(filter: CallFilter): Record<string, string> {
  const state = filter.result.startsWith(statePrefix)
  return {
    scene: filter.scene,
    model: filter.model.trim(),
    outcome: state ? '' : filter.result,
    state: state ? filter.result.slice(statePrefix.length) : '',
    from: midnight(filter.from, 0),
    to: midnight(filter.to, 1),
  }
}

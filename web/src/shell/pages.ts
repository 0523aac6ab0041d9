import { CalendarDays, MessagesSquare, SlidersHorizontal, Sun, Users, Wallet } from '@lucide/vue'

/** The places of the app, in the order of the rail. A page is listed here when it exists. */
export const pages = [
  { name: 'today', icon: Sun, testid: 'nav-today' },
  { name: 'week', icon: CalendarDays, testid: 'nav-week' },
  { name: 'assistant', icon: MessagesSquare, testid: 'nav-assistant', feature: 'agent' },
  { name: 'plaza', icon: Users, testid: 'nav-plaza', feature: 'plaza' },
  { name: 'store', icon: Wallet, testid: 'nav-store' },
] as const

/** For operators alone: last in the rail, and on phones in the account menu. */
export const operations = { name: 'operator', icon: SlidersHorizontal, testid: 'nav-operator' } as const

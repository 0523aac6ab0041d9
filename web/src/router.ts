import { createRouter, createWebHistory, type RouteLocationNormalized } from 'vue-router'
import { readCsrfToken } from '@/api/cookies'
import { operatorRoutes } from '@/operator/routes'
import { useSession } from '@/user-auth/session'

declare module 'vue-router' {
  interface RouteMeta {
    /** Key of the page's name in the messages. */
    title: string
    /** Shown to visitors, too: nobody has to be signed in. */
    open?: boolean
    /** For operators alone; the server decides again on every request. */
    operators?: boolean
    /** The tab that a page beneath it belongs to. */
    section?: string
  }
}

export const router = createRouter({
  history: createWebHistory(),
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  routes: [
    {
      path: '/sign-in',
      name: 'sign-in',
      component: () => import('@/user-auth/SignInPage.vue'),
      meta: { title: 'auth.signIn', open: true },
    },
    {
      path: '/forgot-password',
      name: 'forgot-password',
      component: () => import('@/user-auth/ForgotPage.vue'),
      meta: { title: 'recovery.title', open: true },
    },
    {
      path: '/recover',
      name: 'recover',
      component: () => import('@/user-auth/RecoverPage.vue'),
      meta: { title: 'recovery.setTitle', open: true },
    },
    {
      path: '/confirm-email',
      name: 'confirm-email',
      component: () => import('@/user-auth/ConfirmEmailPage.vue'),
      meta: { title: 'recovery.confirmTitle', open: true },
    },
    {
      path: '/',
      component: () => import('@/shell/AppShell.vue'),
      meta: { title: 'nav.today' },
      children: [
        { path: '', redirect: '/today' },
        {
          path: 'today',
          name: 'today',
          component: () => import('@/planner/TodayPage.vue'),
          meta: { title: 'nav.today' },
        },
        {
          path: 'week/import',
          name: 'course-import',
          component: () => import('@/planner/import/ImportPage.vue'),
          meta: { title: 'timetable.import.title', section: 'week' },
        },
        {
          path: 'week/term',
          name: 'term',
          component: () => import('@/planner/term/TermPage.vue'),
          meta: { title: 'timetable.term.title', section: 'week' },
        },
        {
          path: 'week/courses',
          name: 'courses',
          component: () => import('@/planner/courses/CoursesPage.vue'),
          meta: { title: 'timetable.courses.title', section: 'week' },
        },
        {
          path: 'week/classes/:id(\\d+|new)?',
          name: 'task-classes',
          component: () => import('@/planner/task-classes/ClassesPage.vue'),
          meta: { title: 'classes.title', section: 'week' },
        },
        {
          path: 'week/:n(\\d+)?',
          name: 'week',
          component: () => import('@/planner/week/WeekPage.vue'),
          meta: { title: 'nav.week' },
        },
        {
          path: 'assistant/proposals',
          name: 'proposals',
          component: () => import('@/agent/ProposalsPage.vue'),
          meta: { title: 'proposals.title', section: 'assistant' },
        },
        {
          path: 'assistant/:id?',
          name: 'assistant',
          component: () => import('@/agent/AssistantPage.vue'),
          meta: { title: 'nav.assistant' },
        },
        {
          path: 'plaza',
          name: 'plaza',
          component: () => import('@/forum/PlazaPage.vue'),
          meta: { title: 'nav.plaza', open: true },
        },
        {
          path: 'plaza/:id(\\d+)',
          name: 'plaza-post',
          component: () => import('@/forum/PostPage.vue'),
          meta: { title: 'nav.plaza', section: 'plaza', open: true },
        },
        {
          path: 'plaza/authors/:id(\\d+)',
          name: 'plaza-author',
          component: () => import('@/forum/AuthorPage.vue'),
          meta: { title: 'nav.plaza', section: 'plaza', open: true },
        },
        {
          path: 'store',
          name: 'store',
          component: () => import('@/token-store/StorePage.vue'),
          meta: { title: 'nav.store' },
        },
        {
          path: 'store/calls',
          name: 'calls',
          component: () => import('@/calls/CallsPage.vue'),
          meta: { title: 'calls.title', section: 'store' },
        },
        {
          path: 'memory',
          name: 'memory',
          component: () => import('@/memory/MemoryPage.vue'),
          meta: { title: 'nav.memory', section: 'assistant' },
        },
        {
          path: 'notifications',
          name: 'notifications',
          component: () => import('@/notification/NotificationsPage.vue'),
          meta: { title: 'notices.title' },
        },
        {
          path: 'settings',
          name: 'settings',
          component: () => import('@/user-auth/SettingsPage.vue'),
          meta: { title: 'nav.settings' },
        },
        operatorRoutes,
        {
          path: ':rest(.*)*',
          name: 'not-found',
          component: () => import('@/shell/NotFoundPage.vue'),
          meta: { title: 'nav.notFound' },
        },
        {
          // Behind the one above, so only ever reached by name: the address stays what was asked for.
          path: ':rest(.*)*',
          name: 'not-allowed',
          component: () => import('@/shell/NotAllowedPage.vue'),
          meta: { title: 'nav.notAllowed' },
        },
      ],
    },
  ],
})

const here = 'https://smartflow.invalid'

/** Only a path of this app may be returned to after signing in. */
export function returnPath(to: Pick<RouteLocationNormalized, 'query'>): string {
  const back = to.query.return
  if (typeof back !== 'string' || !back.startsWith('/') || !URL.canParse(back, here)) return '/today'
  // As a browser reads it: a backslash is a slash to it, and a tab nothing.
  const url = new URL(back, here)
  return url.origin === here && !/^\/(\/|sign-in)/.test(url.pathname) ? back : '/today'
}

/** Fetches the files of a page while it is still asked who is signed in. */
export function fetchPage(path: string) {
  const { matched, meta } = router.resolve(path)
  if (!readCsrfToken() && !meta.open) return
  for (const { components } of matched) {
    const page = components?.default
    // What fails here fails again where it is needed, and is said there.
    if (typeof page === 'function') void (page as () => Promise<unknown>)().catch(() => undefined)
  }
}

router.beforeEach(async (to) => {
  const session = useSession()
  await session.known()
  if (!session.user && !to.meta.open) {
    return { name: 'sign-in', query: to.fullPath === '/today' ? {} : { return: to.fullPath } }
  }
  if (session.user && to.name === 'sign-in') return returnPath(to)
  if (to.meta.operators && !session.isOperator) {
    return { name: 'not-allowed', params: { rest: to.path.slice(1).split('/') }, query: to.query, replace: true }
  }
  return true
})

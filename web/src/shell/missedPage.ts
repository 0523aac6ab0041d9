import { ref } from 'vue'
import type { RouteLocationNormalized, Router } from 'vue-router'
import { look, unreachable } from '@/api/reach'
import { i18n } from '@/i18n'
import { show } from '@/ui/toasts'

/** The page that could not be fetched, until it is or somebody goes elsewhere. */
export const missedPage = ref<RouteLocationNormalized>()

/**
 * A page whose files do not come is said to be missing, and stays where one was: it is opened once the server answers again.
 * Where the server answers, its files have other names by now: a new version, which is there after loading it anew.
 */
export function watchNavigation(router: Router) {
  router.onError(async (_error, to) => {
    missedPage.value = to
    await look()
    if (unreachable.value || missedPage.value !== to) return
    missedPage.value = undefined
    const { t } = i18n.global
    show(t('reach.outdated', { page: t(to.meta.title) }), {
      tone: 'error',
      about: 'missed-page',
      action: { label: t('common.reload'), run: () => location.assign(to.fullPath) },
    })
  })
  router.afterEach((_to, _from, failure) => {
    if (!failure) missedPage.value = undefined
  })
}

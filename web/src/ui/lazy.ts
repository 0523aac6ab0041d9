import { defineAsyncComponent, ref, watch, type AsyncComponentLoader, type Component, type Ref } from 'vue'
import { i18n } from '@/i18n'
import { show } from './toasts'

const spokenAt = 3
const most = 60
const longestWaitMs = 5_000

/** A component that is fetched when it is first shown. What cannot be fetched is said and tried again while it is waited for. */
export const lazy = <T extends Component>(loader: AsyncComponentLoader<T>) =>
  defineAsyncComponent({
    loader,
    onError(_error, retry, fail, attempts) {
      if (attempts === spokenAt) show(i18n.global.t('common.notLoaded'), { tone: 'error', about: 'not-loaded' })
      if (attempts >= most) fail()
      else setTimeout(retry, Math.min(attempts * 500, longestWaitMs))
    },
  })

/** True from the first time on that something is: what is fetched then stays, so that it can leave with its movement. */
export function everTrue(source: () => boolean): Readonly<Ref<boolean>> {
  const ever = ref(source())
  const stop = watch(source, (now) => {
    if (!now) return
    ever.value = true
    stop()
  })
  return ever
}

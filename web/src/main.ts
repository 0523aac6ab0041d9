import { VueQueryPlugin } from '@tanstack/vue-query'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { onSessionLost, speak } from './api/client'
import { i18n, speakIn } from './i18n'
import { usePreferences } from './preferences'
import { queryClient } from './queries'
import { fetchPage, router } from './router'
import { shellFailed } from './shell/boot'
import { watchNavigation } from './shell/missedPage'
import './styles/tokens.css'
import './styles/base.css'
import './styles/boot.css'
import { useSession } from './user-auth/session'

const app = createApp(App).use(createPinia()).use(VueQueryPlugin, { queryClient }).use(i18n)

// The page and its words are fetched side by side; what index.html shows stays until both are there.
const { locale } = usePreferences()
speak(locale)
const words = speakIn(locale)
fetchPage(location.pathname)
app.use(router)
watchNavigation(router)

onSessionLost(() => {
  const session = useSession()
  if (!session.user) return
  session.lost()
  void router.push({ name: 'sign-in', query: { return: router.currentRoute.value.fullPath, ended: '1' } })
})

Promise.all([words, router.isReady()]).then(() => app.mount('#app'), shellFailed)

import { VueQueryPlugin } from '@tanstack/vue-query'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { onSessionLost } from './api/client'
import { i18n } from './i18n'
import { queryClient } from './queries'
import { router } from './router'
import './styles/tokens.css'
import './styles/base.css'
import { useSession } from './user-auth/session'

const app = createApp(App).use(createPinia()).use(VueQueryPlugin, { queryClient }).use(i18n).use(router)

onSessionLost(() => {
  const session = useSession()
  if (!session.user) return
  session.lost()
  void router.push({ name: 'sign-in', query: { return: router.currentRoute.value.fullPath } })
})

app.mount('#app')

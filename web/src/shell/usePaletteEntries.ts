import { useQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { listConversations } from '@/agent/api'
import { operatorSections } from '@/operator/routes'
import { listTasks } from '@/planner/api'
import { useTaskEditor } from '@/planner/taskEditor'
import { usePreferences, type Theme } from '@/preferences'
import { keys } from '@/queries'
import { useSession } from '@/user-auth/session'
import { useFeatures } from '@/user-auth/useFeatures'
import { useOverlays } from './overlays'
import type { PaletteEntry } from './palette'
import { useSignOut } from './useAccount'

/** Everything the palette can find: commands, open tasks and recent conversations. */
export function usePaletteEntries(open: Ref<boolean>) {
  const { t } = useI18n()
  const router = useRouter()
  const preferences = usePreferences()
  const editor = useTaskEditor()
  const overlays = useOverlays()
  const signOut = useSignOut()
  const session = useSession()
  const { isOn } = useFeatures()
  const tasks = useQuery({ queryKey: keys.tasks(false), queryFn: () => listTasks(false), enabled: open })
  const conversations = useQuery({
    queryKey: keys.conversations('', false),
    queryFn: () => listConversations('', false),
    enabled: open,
  })

  const go = (name: string) => ({
    key: `go:${name}`,
    group: 'commands' as const,
    label: t('palette.goTo', { page: t(`nav.${name}`) }),
    also: name,
    run: () => void router.push({ name }),
  })

  const operations = computed<PaletteEntry[]>(() =>
    operatorSections.map(({ name, title }) => ({
      key: `go:${name}`,
      group: 'commands',
      label: t('palette.goTo', { page: `${t('nav.operator')} · ${t(title)}` }),
      also: name.replaceAll('-', ' '),
      run: () => void router.push({ name }),
    })),
  )

  const commands = computed<PaletteEntry[]>(() => [
    {
      key: 'new-task',
      group: 'commands',
      label: t('palette.newTask'),
      also: 'new task add',
      hint: 'n',
      run: () => editor.create(),
    },
    {
      key: 'go:task-classes',
      group: 'commands',
      label: t('palette.goTo', { page: t('classes.title') }),
      also: 'study plans classes',
      run: () => void router.push('/week/classes'),
    },
    {
      key: 'new-chat',
      group: 'commands',
      label: t('palette.newConversation'),
      also: 'new chat',
      run: () => void router.push('/assistant'),
    },
    { ...go('today'), hint: 'g t' },
    { ...go('week'), hint: 'g w' },
    ...(isOn('agent') ? [{ ...go('assistant'), hint: 'g a' }] : []),
    ...(isOn('plaza') ? [{ ...go('plaza'), hint: 'g p' }] : []),
    { ...go('store'), hint: 'g s' },
    go('memory'),
    go('notifications'),
    go('settings'),
    ...(session.isOperator ? operations.value : []),
    ...(['light', 'dark', 'system'] as Theme[]).map((theme) => ({
      key: `theme:${theme}`,
      group: 'commands' as const,
      label: t('palette.theme', { name: t(`theme.${theme}`) }),
      also: `theme ${theme}`,
      run: () => void (preferences.theme = theme),
    })),
    {
      key: 'language',
      group: 'commands',
      label: t('palette.language', { name: preferences.locale === 'en' ? '中文' : 'English' }),
      also: 'language',
      run: () => void (preferences.locale = preferences.locale === 'en' ? 'zh-CN' : 'en'),
    },
    {
      key: 'keys',
      group: 'commands',
      label: t('palette.keys'),
      also: 'keyboard',
      hint: '?',
      run: () => void (overlays.keyHelp = true),
    },
    {
      key: 'sign-out',
      group: 'commands',
      label: t('nav.signOut'),
      also: 'sign out log out',
      run: () => void signOut(),
    },
  ])

  return computed<PaletteEntry[]>(() => [
    ...commands.value,
    ...(tasks.data.value?.items ?? []).map((task) => ({
      key: `task:${task.id}`,
      group: 'tasks' as const,
      label: task.title,
      run: () => editor.edit(task),
    })),
    ...(conversations.data.value?.items ?? []).map((conversation) => ({
      key: `conversation:${conversation.id}`,
      group: 'conversations' as const,
      label: conversation.title || t('agent.untitled'),
      run: () => void router.push({ name: 'assistant', params: { id: String(conversation.id) } }),
    })),
  ])
}

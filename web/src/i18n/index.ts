import { createI18n } from 'vue-i18n'
import * as agent from '@/agent/messages'
import * as calls from '@/calls/messages'
import * as forum from '@/forum/messages'
import * as memory from '@/memory/messages'
import * as notification from '@/notification/messages'
import * as planner from '@/planner/messages'
import * as timetable from '@/planner/courses/messages'
import * as rules from '@/planner/ruleMessages'
import * as classes from '@/planner/task-classes/messages'
import * as week from '@/planner/week/messages'
import * as shell from '@/shell/messages'
import * as suggestions from '@/suggestions/messages'
import * as tokenStore from '@/token-store/messages'
import * as userAuth from '@/user-auth/messages'

const zhCN = { ...shell.zhCN, ...userAuth.zhCN, ...planner.zhCN, ...rules.zhCN, ...classes.zhCN, ...timetable.zhCN, ...week.zhCN, ...agent.zhCN, ...calls.zhCN, ...forum.zhCN, ...memory.zhCN, ...notification.zhCN, ...suggestions.zhCN, ...tokenStore.zhCN }
const en: typeof zhCN = { ...shell.en, ...userAuth.en, ...planner.en, ...rules.en, ...classes.en, ...timetable.en, ...week.en, ...agent.en, ...calls.en, ...forum.en, ...memory.en, ...notification.en, ...suggestions.en, ...tokenStore.en }

export const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN',
  fallbackLocale: 'zh-CN',
  messages: { 'zh-CN': zhCN, en },
})

import { zhCN as agent } from '@/agent/messages?zh-CN'
import { zhCN as calls } from '@/calls/messages?zh-CN'
import { zhCN as forum } from '@/forum/messages?zh-CN'
import { zhCN as memory } from '@/memory/messages?zh-CN'
import { zhCN as notification } from '@/notification/messages?zh-CN'
import { zhCN as timetable } from '@/planner/courses/messages?zh-CN'
import { zhCN as planner } from '@/planner/messages?zh-CN'
import { zhCN as rules } from '@/planner/ruleMessages?zh-CN'
import { zhCN as setup } from '@/planner/setup/messages?zh-CN'
import { zhCN as classes } from '@/planner/task-classes/messages?zh-CN'
import { zhCN as week } from '@/planner/week/messages?zh-CN'
import { zhCN as shell } from '@/shell/messages?zh-CN'
import { zhCN as suggestions } from '@/suggestions/messages?zh-CN'
import { zhCN as tokenStore } from '@/token-store/messages?zh-CN'
import { zhCN as userAuth } from '@/user-auth/messages?zh-CN'

export const words = {
  ...shell,
  ...userAuth,
  ...planner,
  ...rules,
  ...classes,
  ...setup,
  ...timetable,
  ...week,
  ...agent,
  ...calls,
  ...forum,
  ...memory,
  ...notification,
  ...suggestions,
  ...tokenStore,
}
export { zhCN as naive } from 'naive-ui'

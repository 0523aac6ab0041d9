import { en as agent } from '@/agent/messages?en'
import { en as calls } from '@/calls/messages?en'
import { en as forum } from '@/forum/messages?en'
import { en as memory } from '@/memory/messages?en'
import { en as notification } from '@/notification/messages?en'
import { en as timetable } from '@/planner/courses/messages?en'
import { en as planner } from '@/planner/messages?en'
import { en as rules } from '@/planner/ruleMessages?en'
import { en as setup } from '@/planner/setup/messages?en'
import { en as classes } from '@/planner/task-classes/messages?en'
import { en as week } from '@/planner/week/messages?en'
import { en as shell } from '@/shell/messages?en'
import { en as suggestions } from '@/suggestions/messages?en'
import { en as tokenStore } from '@/token-store/messages?en'
import { en as userAuth } from '@/user-auth/messages?en'

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
export { enUS as naive } from 'naive-ui'

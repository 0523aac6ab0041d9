import { i18n } from '@/i18n'
import * as messages from './messages'

// The operator's words come with the operator's pages.
i18n.global.mergeLocaleMessage('zh-CN', messages.zhCN)
i18n.global.mergeLocaleMessage('en', messages.en)

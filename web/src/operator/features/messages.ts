export const zhCN = {
  features: {
    about: '对所有人立即生效，不用重启：各个进程几秒内跟上。每次切换都写进操作记录。',
    feature: '功能',
    changed: '上次切换',
    byConfiguration: '按配置',
    none: '没有可切换的功能。',
    on: '开启',
    off: '关闭',
    turnOn: '开启“{name}”',
    turnOff: '关闭“{name}”',
    soon: '几秒内对所有人生效。',
    isOn: '“{name}”已开启',
    isOff: '“{name}”已关闭',
    names: {
      registration: { name: '注册', text: '关闭后不能创建新账户，已有的账户不受影响。' },
      plaza: { name: '计划广场', text: '关闭后不能浏览和发布，内容都还在。' },
      image_import: { name: '图片导入课表', text: '关闭后只能从文件导入。' },
      agent: { name: '助理', text: '关闭后不能对话，也看不到以前的对话，内容都还在。' },
      active_scheduler: { name: '主动建议', text: '关闭后不再生成和显示建议。' },
      web_push: { name: '浏览器推送', text: '关闭后不再向浏览器推送，站内通知不受影响。' },
      mcp: { name: 'MCP', text: '关闭后其他助理不能读取和提出修改。' },
    },
  },
}

export const en: typeof zhCN = {
  features: {
    about:
      'For everybody and without a restart: every process follows within seconds. Each change stands in the audit log.',
    feature: 'Feature',
    changed: 'Last changed',
    byConfiguration: 'As configured',
    none: 'There is nothing to switch.',
    on: 'On',
    off: 'Off',
    turnOn: 'Switch “{name}” on',
    turnOff: 'Switch “{name}” off',
    soon: 'In force for everybody within seconds.',
    isOn: '“{name}” is on',
    isOff: '“{name}” is off',
    names: {
      registration: { name: 'Registration', text: 'Off: no new accounts; those there are go on.' },
      plaza: { name: 'Plan plaza', text: 'Off: nobody reads or publishes; everything is kept.' },
      image_import: { name: 'Timetables from photos', text: 'Off: timetables come from files alone.' },
      agent: { name: 'Assistant', text: 'Off: no conversations, and earlier ones are not shown; everything is kept.' },
      active_scheduler: { name: 'Suggestions', text: 'Off: none are made or shown.' },
      web_push: { name: 'Browser push', text: 'Off: browsers are not notified; the notification centre goes on.' },
      mcp: { name: 'MCP', text: 'Off: other assistants neither read nor propose.' },
    },
  },
}

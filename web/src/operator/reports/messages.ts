export const zhCN = {
  reports: {
    about: '用户举报、还没有处理的计划，先报的在前。移除或保留都会写入审计日志。',
    plan: '计划',
    author: '作者',
    note: '补充说明',
    when: '举报时间',
    none: '没有待处理的举报。',
    toPlaza: '打开计划广场',
    remove: '移除',
    keep: '保留',
    removeTitle: '从广场移除这份计划？',
    removeText: '「{title}」将从广场消失，作者和读者都不能再打开，不能恢复。已导入的计划和已得的 Credit 不变。',
    removed: '已移除「{title}」',
    kept: '「{title}」留在广场上',
  },
}

export const en: typeof zhCN = {
  reports: {
    about: 'Plans that somebody reported and nobody has judged, oldest first. Both decisions stand in the audit log.',
    plan: 'Plan',
    author: 'Author',
    note: 'Note',
    when: 'Reported',
    none: 'No report is waiting.',
    toPlaza: 'Open the plan plaza',
    remove: 'Remove',
    keep: 'Keep',
    removeTitle: 'Take this plan off the plaza?',
    removeText:
      '“{title}” disappears for its author and for readers, and cannot be put back. Plans that were imported and Credit that was earned stay.',
    removed: '“{title}” is off the plaza',
    kept: '“{title}” stays on the plaza',
  },
}

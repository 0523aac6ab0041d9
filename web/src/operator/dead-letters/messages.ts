export const zhCN = {
  deadLetters: {
    about: '多次投递仍未处理成功的事件。修好原因后重投，已处理过的部分不会重复。',
    allModules: '全部模块',
    consumer: '处理者',
    event: '事件',
    eventId: '事件编号',
    topic: '主题',
    key: '键',
    attempts: '次数',
    failedAt: '失败时间',
    payload: '内容',
    none: '没有死信。',
    noMatch: '没有符合的死信。',
    queued: '等待重试',
    requeue: '重投',
    requeued: '{name} 已重投',
    requeueAll: '全部重投',
    allText: '所有模块的死信都会再交给各自的处理者。仍然失败的会带着新的原因回来。',
    allOf: '“{consumer}”的所有死信都会再交给它。仍然失败的会带着新的原因回来。',
    requeuedN: '已重投 {n} 条',
  },
}

export const en: typeof zhCN = {
  deadLetters: {
    about:
      'Events that could not be handled after several tries. Mend the cause, then requeue: nothing that was done is done twice.',
    allModules: 'All modules',
    consumer: 'Consumer',
    event: 'Event',
    eventId: 'Event id',
    topic: 'Topic',
    key: 'Key',
    attempts: 'Tries',
    failedAt: 'Failed',
    payload: 'Payload',
    none: 'No dead letters.',
    noMatch: 'No dead letter matches.',
    queued: 'Waits for a try',
    requeue: 'Requeue',
    requeued: '{name} requeued',
    requeueAll: 'Requeue all',
    allText:
      'The dead letters of every module are handed to their consumers again. Those that fail come back with the new reason.',
    allOf: 'All dead letters of “{consumer}” are handed to it again. Those that fail come back with the new reason.',
    requeuedN: '{n} requeued | {n} requeued',
  },
}

/** What the server's rules say, by the word that it gives for each. */
export const zhCN = {
  rule: {
    quoted: '“{title}”',
    comma: '，',
    term_overlap: '与“{other}”（{from} 至 {to}）的日期重叠。一天只能属于一个学期。',
    terms_max: '已有 {max} 个学期，不能再多了。',
    term_room: '改短后放不下：{names}。请先移走它们。',
    other_term: '它还排在“{other}”里。请先在那个学期把它移出周历。',
  },
}

export const en: typeof zhCN = {
  rule: {
    quoted: '“{title}”',
    comma: ', ',
    term_overlap: 'These dates overlap “{other}”, {from} to {to}. A day belongs to one term.',
    terms_max: 'There are {max} terms already.',
    term_room: 'There would be no room for {names}. Move them first.',
    other_term: 'It is still to come in “{other}”. Take it out there first.',
  },
}

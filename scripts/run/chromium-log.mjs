const start = /\[\d+:\d{4}\/\d{6}\.\d+:[A-Z]+\d*:[\w.]+\(\d+\)\]/

/**
 * Parts Chromium's own log lines from what the app writes to the same stream. What the app writes goes on at once and as it is, also
 * within a line: a bar that is drawn over itself has no line ends.
 * @param {{ pass: (text: string) => void, hold: (line: string) => void }} to
 */
export function createLogFilter({ pass, hold }) {
  let line = ''
  return {
    /** @param {string} text */
    write(text) {
      let rest = line + text
      line = ''
      while (rest !== '') {
        const at = rest.search(start)
        if (at !== 0) {
          pass(at < 0 ? rest : rest.slice(0, at))
          rest = at < 0 ? '' : rest.slice(at)
          continue
        }
        const end = rest.indexOf('\n')
        if (end < 0) {
          line = rest
          return
        }
        hold(rest.slice(0, end))
        rest = rest.slice(end + 1)
      }
    },
    end() {
      if (line !== '') hold(line)
      line = ''
    },
  }
}

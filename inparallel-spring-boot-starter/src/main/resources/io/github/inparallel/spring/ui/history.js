// Keeps what the pools have done, as far as the page shows it, and never more than that.

const MOST = { intervals: 720, spans: 3000, deaths: 50, failures: 50, starts: 200 };

const INTERVAL = {
  start: 0, success: 1, error: 2, timeout: 3, cancelled: 4, 'worker-lost': 5, refused: 6, running: 7, queued: 8,
  starting: 9, idle: 10, busy: 11, retiring: 12, memory: 13, p50: 14, p99: 15,
};

const SPAN_OUTCOMES = ['success', 'error', 'timeout', 'cancelled', 'worker-lost', 'refused'];

export const LENGTH = 5000;

const HOUR = 3600000;

class PoolHistory {
  constructor() {
    this.intervals = [];
    this.spans = [];
    this.deaths = [];
    this.failures = [];
    this.starts = [];
    this.methods = [];
  }

  /** Tells whether nothing is missing between what was known and what is new. */
  add(news, now) {
    const last = this.intervals.at(-1);
    const next = news.intervals[0];
    this.methods = news.methods;
    this.append('intervals', news.intervals);
    this.append('deaths', news.deaths);
    this.append('failures', news.failures);
    this.append('starts', news.starts);
    this.append('spans', news.spans.map(([start, elapsed, lane, outcome, method, worker]) => ({
      start, elapsed, lane, outcome: SPAN_OUTCOMES[outcome], method: news.names[method], worker: news.names[worker],
    })));
    for (const name of ['deaths', 'failures', 'starts']) {
      this[name] = this[name].filter(entry => entry.at >= now - HOUR);
    }
    return !last || !next || Math.abs(next[0] - last[0] - LENGTH) < LENGTH / 2;
  }

  append(name, entries) {
    if (entries.length > 0) {
      this[name].push(...entries);
      this[name].splice(0, Math.max(0, this[name].length - MOST[name]));
    }
  }

  /** One column of the intervals. */
  column(name, scale = 1) {
    const index = INTERVAL[name];
    return this.intervals.map(row => row[index] * scale);
  }

  /** A column of running times; nothing where no task has ended. */
  runningTimes(name) {
    return this.column(name).map(value => (value === 0 ? null : value));
  }

  /** All tasks that ended in each interval, a second. */
  rates() {
    return this.intervals.map(row => (row[1] + row[2] + row[3] + row[4] + row[5] + row[6]) * 1000 / LENGTH);
  }
}

export class History {
  constructor() {
    this.pools = new Map();
  }

  /**
   * Takes in an answer; `whole` if it holds all there is. Tells whether it went on where the last one ended: not if that
   * was too long ago for one answer, or the application's clock was set.
   */
  add(state, whole) {
    if (whole) {
      this.pools.clear();
    }
    let complete = true;
    for (const pool of state.pools) {
      complete = this.of(pool.name).add(pool.history, state.at) && complete;
    }
    for (const name of this.pools.keys()) {
      if (!state.pools.some(pool => pool.name === name)) {
        this.pools.delete(name);
      }
    }
    return complete;
  }

  of(name) {
    let found = this.pools.get(name);
    if (found === undefined) {
      found = new PoolHistory();
      this.pools.set(name, found);
    }
    return found;
  }
}

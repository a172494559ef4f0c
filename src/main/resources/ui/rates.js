// What the page's node does: answers per second, and how long its log takes, from /metrics.

import { ask, pause } from './api.js';
import { h } from './dom.js';
import { Spark } from './spark.js';
import { number, t } from './texts.js';

const PACE = 2000;

const SERIES = {
  answers: 'flotilla_http_requests_seconds_count',
  flushes: 'flotilla_journal_fsync_seconds_count',
  flushing: 'flotilla_journal_fsync_seconds_sum',
  entries: 'flotilla_journal_phase_seconds_count{phase="replicating"',
  replicating: 'flotilla_journal_phase_seconds_sum{phase="replicating"',
};

export class Rates {
  constructor(signal) {
    this.rows = ['answersPerSecond', 'flushMillis', 'replicateMillis'].map(name => {
      const spark = new Spark(t(name));
      const now = h('strong', {}, '–');
      return { spark, now, element: h('p', { class: 'lane' }, h('span', {}, t(name)), spark.element, now) };
    });
    this.element = h('div', {}, this.rows.map(row => row.element));
    this.run(signal);
  }

  async run(signal) {
    while (!signal.aborted) {
      if (!document.hidden) {
        try {
          const text = await (await ask('/metrics', { signal, headers: { Accept: 'text/plain' } })).text();
          this.show(totals(text), performance.now());
        } catch {
          this.before = null; // the page says already that it can't read
        }
      }
      await pause(PACE, signal);
    }
  }

  show(now, at) {
    if (this.before) {
      const grew = name => Math.max(0, now[name] - this.before[name]);
      const each = (sum, count) => grew(count) ? grew(sum) / grew(count) * 1000 : 0;
      const values = [
        grew('answers') * 1000 / (at - this.at), each('flushing', 'flushes'), each('replicating', 'entries'),
      ];
      this.rows.forEach(({ spark, now: shown }, i) => {
        spark.add(values[i]);
        shown.textContent = i && !values[i] ? '–' : number(values[i], i ? 2 : 0);
      });
    }
    this.before = now;
    this.at = at;
  }
}

/** Of each series the sum over its labels. */
export function totals(text) {
  const sums = Object.fromEntries(Object.keys(SERIES).map(name => [name, 0]));
  for (const line of text.split('\n')) {
    for (const [name, series] of Object.entries(SERIES)) {
      if (line.startsWith(series)) {
        sums[name] += Number(line.slice(line.lastIndexOf(' ')));
      }
    }
  }
  return sums;
}

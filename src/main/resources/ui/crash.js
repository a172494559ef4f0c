// Crash and rejoin, on the page Cluster: for nodes that ./flotilla up runs on this machine.

import { pause } from './api.js';
import { isThere, order } from './control.js';
import { button, fill, h } from './dom.js';
import { Spark } from './spark.js';
import { number, t } from './texts.js';

const PACE = 500;
const MOST = 2000;
const TENTHS = 300;

const SIGNS = { running: '●', paused: '‖', ended: '✕' };

export class Crash {
  constructor(signal) {
    this.signal = signal;
    this.rows = h('tbody');
    this.problem = h('p', { class: 'problem', role: 'alert', hidden: true });
    this.chosen = h('output', {}, '0');
    this.rate = h('input', {
      type: 'range', min: 0, max: MOST, step: 10, value: 0, 'aria-label': t('writesPerSecond'),
      oninput: () => this.chosen.textContent = number(Number(this.rate.value)),
      onchange: () => this.send(`load/${this.rate.value}`),
    });
    this.counts = h('p', { class: 'facts', role: 'group', 'aria-label': t('load') });
    this.acks = new Spark(t('acksOfLatest'), TENTHS);
    this.lines = '';
    this.element = h('section', { class: 'panel crash' },
      h('div', { class: 'heading' }, h('h2', {}, t('crashAndRejoin')),
        button(t('addMember'), () => this.send('nodes'))),
      this.problem,
      h('div', { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': t('processes') },
        h('table', {}, this.rows)),
      h('label', { class: 'rate' }, h('span', {}, t('writesPerSecond')), this.rate, this.chosen),
      this.acks.element, this.counts,
      h('div', { class: 'actions' },
        button(t('stopWriting'), () => {
          this.rate.value = 0;
          this.chosen.textContent = '0';
          return this.send('load/0');
        }),
        button(t('readBackNow'), () => this.send('verify'))));
    this.run();
  }

  async run() {
    while (!this.signal.aborted && isThere()) {
      if (!document.hidden) {
        await this.send('state', 'GET');
      }
      await pause(PACE, this.signal);
    }
    this.element.hidden = !isThere();
  }

  async send(path, method) {
    try {
      this.show(await order(path, method));
      this.problem.hidden = true;
    } catch (failure) {
      this.problem.hidden = false;
      this.problem.textContent = `${t('notDone')}: ${failure.message}`;
    }
  }

  show({ Nodes: nodes, Load: load }) {
    const lines = JSON.stringify(nodes);
    if (lines !== this.lines) { // or nobody could press a button that is made anew all the time
      this.lines = lines;
      fill(this.rows, nodes.map(node => this.row(node)));
    }
    if (document.activeElement !== this.rate) {
      this.rate.value = load.Rate;
      this.chosen.textContent = number(load.Rate);
    }
    this.acks.show(load.PerTenth, load.Rate > 0);
    fill(this.counts, [
      t('acknowledged', number(load.Acknowledged)),
      load.Lost < 0 ? t('notReadBack') : `${load.Lost ? '✕' : '✓'} ${t('lost', number(load.Lost), number(load.ReadBack))}`,
      t('unknown', number(load.Unknown)),
      t('refused', number(load.Refused)),
      t('longestGap', number(load.LongestGapMillis)),
      load.GapMillis > 300 ? t('gapNow', number(load.GapMillis)) : null,
      load.Problem ? t('cannotRead', load.Problem) : null,
    ].filter(text => text).map(text => h('span', { class: 'fact' }, text)));
  }

  row({ Id: id, Process: process }) {
    const does = (what, attributes = {}) => button(t(`do_${what}`), () => this.send(`nodes/${id}/${what}`),
      { 'aria-label': `${t(`do_${what}`)}: ${id}`, ...attributes });
    return h('tr', {},
      h('th', { scope: 'row' }, id),
      h('td', {}, `${SIGNS[process]} ${t(`process_${process}`)}`),
      h('td', {}, h('div', { class: 'inline' },
        process === 'ended' ? does('restart', { class: 'primary' }) : does('crash', { class: 'danger' }),
        process === 'running' ? does('pause') : null,
        process === 'paused' ? does('continue', { class: 'primary' }) : null)));
  }
}

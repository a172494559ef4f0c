// The latest values of something, as bars. The newest is on the right.

import { svg } from './dom.js';

const LENGTH = 60;
const HEIGHT = 28;

export class Spark {
  constructor(label, length = LENGTH) {
    this.length = length;
    this.values = [];
    this.gaps = svg('path', { class: 'gap' });
    this.path = svg('path', {});
    this.element = svg('svg', {
      class: 'spark',
      viewBox: `0 0 ${length * 4} ${HEIGHT}`,
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': label,
    }, this.gaps, this.path);
  }

  add(value) {
    this.values.push(value);
    this.values.splice(0, this.values.length - this.length);
    this.draw();
  }

  /** All at once; between the first and the last that is something, nothing is a gap. */
  show(values, goesOn) {
    this.values = values;
    this.draw();
    const last = goesOn ? values.length : values.findLastIndex(v => v > 0);
    const first = values.findIndex(v => v > 0);
    this.gaps.setAttribute('d', values.map((v, i) =>
      v === 0 && first >= 0 && i > first && i < last ? `M${i * 4} 0v${HEIGHT}h4v${-HEIGHT}z` : '').join(''));
  }

  draw() {
    const most = Math.max(1, ...this.values);
    const first = this.length - this.values.length;
    this.path.setAttribute('d', this.values.map((v, i) => {
      const height = v > 0 ? Math.max(2, v / most * HEIGHT) : 0.6;
      return `M${(first + i) * 4} ${HEIGHT}v${-height}h3v${height}z`;
    }).join(''));
  }
}

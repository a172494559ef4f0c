// The latest values of something, as bars. The newest is on the right.

import { svg } from './dom.js';

const LENGTH = 60;
const HEIGHT = 28;

export class Spark {
  constructor(label) {
    this.values = [];
    this.path = svg('path', {});
    this.element = svg('svg', {
      class: 'spark',
      viewBox: `0 0 ${LENGTH * 4} ${HEIGHT}`,
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': label,
    }, this.path);
  }

  add(value) {
    this.values.push(value);
    this.values.splice(0, this.values.length - LENGTH);
    const most = Math.max(1, ...this.values);
    const first = LENGTH - this.values.length;
    this.path.setAttribute('d', this.values.map((v, i) => {
      const height = v > 0 ? Math.max(2, v / most * HEIGHT) : 0.6;
      return `M${(first + i) * 4} ${HEIGHT}v${-height}h3v${height}z`;
    }).join(''));
  }
}

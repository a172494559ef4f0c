// The cluster as a picture: members as large circles, shards that hold something as small ones around
// the member where they live. A shard that moves is seen to move.

import { held } from './snapshot.js';
import { svg } from './dom.js';
import { number, t } from './texts.js';

const WIDE = { width: 900, height: 500, across: 285, down: 130 };
const NARROW = { width: 480, height: 480, across: 140, down: 165 };
const RADIUS = 74;
const SHARD = 11;

export class Picture {
  constructor() {
    this.members = new Map();
    this.shards = new Map();
    this.lines = svg('g', { class: 'links' });
    this.below = svg('g');
    this.above = svg('g');
    this.element = svg('svg', {
      class: 'picture', role: 'img',
    }, this.lines, this.below, this.above);
    this.narrow = matchMedia('(max-width: 640px)');
  }

  show(snapshot) {
    const places = this.place(snapshot.Members);
    this.link(snapshot, places);
    this.keep(this.members, snapshot.Members.map(m => [m.Id, m]), id => this.member(id), this.below,
      (element, member) => update(element, member, snapshot, places.get(member.Id)));
    const around = ring(snapshot, places);
    this.keep(this.shards, [...held(snapshot)], () => shardElement(), this.above,
      (element, shard, name) => moveShard(element, shard, around.get(name)));
    this.element.setAttribute('aria-label', summary(snapshot));
  }

  /** The first one at the top, the others clockwise. */
  place(members) {
    const { width, height, across, down } = this.narrow.matches ? NARROW : WIDE;
    this.element.setAttribute('viewBox', `0 0 ${width} ${height}`);
    const many = members.length;
    const turn = 2 * Math.PI / many;
    const scale = many < 4 ? 1 : Math.min(1, (this.narrow.matches ? 3.2 : 4.5) / many);
    const low = many % 2 ? down * (1 - Math.cos(turn / 2)) / 2 : 0; // the ring ends above its middle
    return new Map(members.map((member, i) => {
      const angle = i * turn - Math.PI / 2;
      return [member.Id, {
        x: width / 2 + (many === 1 ? 0 : Math.cos(angle) * across),
        y: height / 2 + (many === 1 ? 0 : Math.sin(angle) * down + low),
        scale,
      }];
    }));
  }

  keep(elements, wanted, make, layer, change) {
    const names = new Set(wanted.map(([name]) => name));
    for (const [name, element] of elements) {
      if (!names.has(name)) {
        element.remove();
        elements.delete(name);
      }
    }
    for (const [name, what] of wanted) {
      if (!elements.has(name)) {
        elements.set(name, make(name));
        layer.append(elements.get(name));
      }
      change(elements.get(name), what, name);
    }
  }

  member(id) {
    return svg('g', {},
      svg('circle', { class: 'halo', r: RADIUS + 26 }),
      svg('circle', { class: 'body', r: RADIUS }),
      svg('text', { class: 'name', y: -24 }, shortened(id)),
      svg('text', { class: 'role', y: 2 }),
      svg('text', { class: 'detail', y: 24 }),
      svg('text', { class: 'detail', y: 44 }));
  }

  /** From the leader to those that follow it. */
  link(snapshot, places) {
    const from = places.get(snapshot.Leader);
    this.lines.replaceChildren(...(from ? snapshot.Members : [])
      .filter(member => member.Raft && member.Id !== snapshot.Leader)
      .map(member => places.get(member.Id))
      .map(to => svg('line', { x1: from.x, y1: from.y, x2: to.x, y2: to.y })));
  }
}

export function role(member) {
  if (!member.Raft) {
    return ['✕', t('down')];
  }
  return {
    LEADER: ['★', t('leader')],
    FOLLOWER: ['●', t('follower')],
    CANDIDATE: ['◐', t('candidate')],
  }[member.Raft.Role] ?? ['○', member.Raft.Role.toLowerCase()];
}

export function lag(member, snapshot) {
  const newest = Math.max(0, ...snapshot.Members.map(m => m.Raft?.Committed ?? 0));
  return member.Raft ? Math.max(0, newest - member.Raft.Applied) : null;
}

function update(element, member, snapshot, { x, y, scale }) {
  const [sign, name] = role(member);
  element.setAttribute('class',
    `member ${member.Raft ? member.Raft.Role.toLowerCase() : 'down'}`);
  element.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
  const [, roleText, first, second] = element.querySelectorAll('text');
  roleText.textContent = `${sign} ${name}`;
  const behind = lag(member, snapshot);
  first.textContent = member.Raft ? t('termApplied', member.Raft.Term, number(member.Raft.Applied)) : '';
  second.textContent = [
    member.Id === snapshot.Coordinator ? `◆ ${t('coordinator')}` : '',
    behind ? t('lagging', number(behind)) : '',
  ].filter(text => text).join(' · ');
}

/** Where each shard is, around its member; those that are many share the ring more closely. */
function ring(snapshot, places) {
  const around = new Map();
  for (const member of snapshot.Members) {
    const mine = [...held(snapshot)].filter(([, shard]) => shard.Node === member.Id);
    const step = Math.min(0.32, 2 * Math.PI / Math.max(1, mine.length));
    const { x, y, scale } = places.get(member.Id);
    mine.forEach(([name], i) => {
      const angle = (i - (mine.length - 1) / 2) * step - Math.PI / 2;
      const far = (RADIUS + 26) * scale;
      around.set(name, { x: x + Math.cos(angle) * far, y: y + Math.sin(angle) * far });
    });
  }
  return around;
}

function shardElement() {
  return svg('g', { class: 'shard' },
    svg('circle', { r: SHARD }), svg('text', { y: 4 }), svg('title'));
}

function moveShard(element, shard, place) {
  element.style.display = place ? '' : 'none'; // its member is not in the picture
  if (place) {
    element.style.transform = `translate(${place.x}px, ${place.y}px)`;
  }
    element.querySelector('text').textContent = shard.Shard;
  element.querySelector('title').textContent =
    `${shard.Shard}: ${shard.Namespaces.map(shortened).join(', ')}`;
}

export const shortened = text => text.length > 24 ? `${text.slice(0, 23)}…` : text;

function summary(snapshot) {
  return snapshot.Members.map(m => `${m.Id}: ${role(m)[1]}`).join('; ');
}

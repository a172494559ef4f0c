// Server-sent events, by fetch: a browser's own EventSource can't show a token.

import { ask, pause, visible } from './api.js';
import { suspect } from './failover.js';

const QUIET = 25_000; // the node says something every 10 s
const LONGEST = 1024 * 1024;

/** Each event as it comes while the page is seen; after a break those that followed the last one. */
export async function listen(path, signal, heard, failed) {
  let last = '';
  while (!signal.aborted) {
    await visible(signal);
    const quiet = new AbortController();
    const hide = () => document.hidden && quiet.abort();
    document.addEventListener('visibilitychange', hide);
    let timer = 0;
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => quiet.abort(), QUIET);
    };
    try {
      alive();
      const answer = await ask(path, {
        signal: AbortSignal.any([signal, quiet.signal]), endless: true,
        headers: { Accept: 'text/event-stream', ...(last ? { 'Last-Event-ID': last } : {}) },
      });
      await read(answer.body, alive, event => {
        last = event.name === 'compacted' ? '' : event.id ?? last;
        heard(event);
      });
    } catch (failure) {
      if (!signal.aborted && !document.hidden) {
        failed(failure);
        suspect();
      }
    }
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', hide);
    await pause(1000, signal);
  }
}

async function read(body, alive, heard) {
  const decoder = new TextDecoder();
  let text = '';
  for (const reader = body.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    alive();
    text += decoder.decode(value, { stream: true });
    const events = text.split('\n\n');
    text = events.pop();
    if (text.length > LONGEST) {
      await reader.cancel();
      throw new Error('an event without end');
    }
    events.map(parsed).filter(event => event.name).forEach(heard);
  }
}

/** Its lines are `name: value`; several of `data` are one text. */
export function parsed(text) {
  const event = { name: '', data: '' };
  const data = [];
  for (const line of text.split('\n')) {
    const colon = line.indexOf(': ');
    const value = line.slice(colon + 2);
    switch (line.slice(0, Math.max(0, colon))) {
      case 'id': event.id = value; break;
      case 'event': event.name = value; break;
      case 'data': data.push(value); break;
    }
  }
  event.data = data.join('\n');
  return event;
}

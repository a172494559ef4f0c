// Asks the node that this page is from, by its public HTTP API.

import { suspect } from './failover.js';
import { token, tokenHelps } from './dialog.js';

const PATIENCE = 15_000;

/** What the node says it can't or won't do. */
export class Refused extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

let chosen = sessionStorage.getItem('namespace') || 'default';

export const namespace = () => chosen;

export function chooseNamespace(name) {
  chosen = name || 'default';
  sessionStorage.setItem('namespace', chosen);
}

/** The same path about the chosen namespace. */
export function here(path) {
  return `${path}${path.includes('?') ? '&' : '?'}ns=${encodeURIComponent(chosen)}`;
}

/**
 * The answer, whose status is below 400 or among those taken. `wait` is how many seconds the node may
 * wait for a change before it answers; an endless answer only the signal ends.
 */
export async function ask(path, { method = 'GET', body, signal, wait = 0, takes = [], endless, headers } = {}) {
  const shown = token();
  const limits = endless ? [] : [AbortSignal.timeout(PATIENCE + wait * 1000)];
  let answer;
  try {
    answer = await fetch(path, {
      method,
      body,
      headers: { Accept: 'application/json', ...headers, ...(shown ? { 'X-Consul-Token': shown } : {}) },
      cache: 'no-store',
      signal: AbortSignal.any(signal ? [signal, ...limits] : limits),
    });
  } catch (failure) {
    if (!signal?.aborted) {
      suspect();
    }
    throw failure;
  }
  if (answer.ok || takes.includes(answer.status)) {
    return answer;
  }
  const told = await answer.json().then(json => json.error, () => null);
  if (answer.status === 403 && await tokenHelps(shown, told?.code, told?.message)) {
    return ask(path, { method, body, signal, wait, takes, endless, headers });
  }
  throw new Refused(answer.status, told?.code ?? '', told?.message ?? `HTTP ${answer.status}`);
}

export const json = async (path, options) => (await ask(path, options)).json();

export const put = (path, value) =>
  ask(path, { method: 'PUT', body: typeof value === 'object' ? JSON.stringify(value) : value });

/**
 * Reads again and again, each time once something has changed, until the signal says that nobody
 * looks any longer. What can't be read is told, and tried again.
 */
export async function follow(path, signal, show, failed) {
  let index = 0;
  while (!signal.aborted) {
    await visible(signal);
    try {
      const wait = index ? `${path.includes('?') ? '&' : '?'}index=${index}&wait=30s` : '';
      const answer = await ask(path + wait, { signal, wait: index ? 30 : 0, takes: [404] });
      const next = Number(answer.headers.get('X-Consul-Index')) || 0;
      const value = answer.status === 404 ? null : await answer.json();
      if (next !== index) {
        await show(value);
      }
      index = next < index ? 0 : next;
      await pause(200, signal); // however fast it changes
    } catch (failure) {
      if (!signal.aborted) {
        failed(failure);
        index = 0;
        await pause(1000, signal);
      }
    }
  }
}

/** A browser has six connections to a node, for all of its tabs: who isn't seen holds none. */
export async function visible(signal) {
  while (document.hidden && !signal.aborted) {
    await new Promise(done => document.addEventListener('visibilitychange', done, { once: true }));
  }
}

export function pause(millis, signal) {
  return new Promise(done => {
    const timer = setTimeout(done, millis);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      done();
    }, { once: true });
  });
}

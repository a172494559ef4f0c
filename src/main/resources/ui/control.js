// Orders to the process of ./flotilla up, which runs the nodes (docs/decisions/0053-orders-to-up.md).
// Its address and token come behind the # of the page's address, which is sent to nobody.

const KEPT = 'up';
const GIVEN = /^#up=(\d{1,5})\.([\w-]+)(?:\.(.*))?$/;
const PATIENCE = 40_000;

/** Takes both out of the page's address. */
export function takeOver() {
  const [, port, token, rest] = GIVEN.exec(location.hash) ?? [];
  if (token) {
    sessionStorage.setItem(KEPT, JSON.stringify({ port, token }));
    history.replaceState(null, '', `${location.pathname}${location.search}#${rest ?? ''}`);
  }
}

const up = () => JSON.parse(sessionStorage.getItem(KEPT) ?? 'null');

export const isThere = () => up() !== null;

/** For another node's page, which up has started as well. */
export const passedOn = hash => isThere() ? `#up=${up().port}.${up().token}.${hash.slice(1)}` : hash;

/** What up says afterwards: its nodes and what was written. */
export async function order(path, method = 'POST') {
  const { port, token } = up();
  const answer = await fetch(`http://127.0.0.1:${port}/${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}` },
    cache: 'no-store',
    credentials: 'omit',
    signal: AbortSignal.timeout(PATIENCE),
  });
  const said = await answer.json().catch(() => null);
  if (answer.status === 403) {
    sessionStorage.removeItem(KEPT); // of an earlier run
  }
  if (!answer.ok) {
    throw new Error(said?.Message ?? `HTTP ${answer.status}`);
  }
  return said;
}

/** Null if up can't be asked. */
export async function runningNodes() {
  if (!isThere()) {
    return null;
  }
  const state = await order('state', 'GET').catch(() => null);
  return state && state.Nodes.filter(node => node.Process === 'running').map(node => node.Url);
}

// Bytes as the API has them, and as they are shown.

export const decoded = base64 => Uint8Array.from(atob(base64 ?? ''), c => c.charCodeAt(0));

/** Null if it isn't. */
export function asText(raw) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    return null;
  }
}

export function hex(raw) {
  const lines = [];
  for (let i = 0; i < Math.min(raw.length, 16 * 1024); i += 16) {
    const line = [...raw.slice(i, i + 16)].map(byte => byte.toString(16).padStart(2, '0'));
    lines.push(`${i.toString(16).padStart(8, '0')}  ${line.join(' ')}`);
  }
  return lines.join('\n');
}

/** Null if there is nothing in it. */
export function brief(base64, length) {
  const raw = decoded(base64);
  const text = asText(raw) ?? hex(raw.slice(0, 16));
  return text.length > length ? `${text.slice(0, length)}…` : text || null;
}

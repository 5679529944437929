// What is open stands in the address, so that it can be sent to somebody: #/pool/{name}/{tab}/{pid}

export const TABS = ['tasks', 'workers', 'methods', 'failures', 'deaths'];

export function route() {
  const parts = location.hash.replace(/^#\/?/, '').split('/').map(part => {
    try {
      return decodeURIComponent(part);
    } catch {
      return ''; // somebody has typed it
    }
  });
  return {
    pool: parts[0] === 'pool' ? parts[1] || null : null,
    tab: TABS.includes(parts[2]) ? parts[2] : 'tasks',
    pid: parts[2] === 'workers' && /^\d+$/.test(parts[3] ?? '') ? Number(parts[3]) : null,
  };
}

export function address(pool, tab = 'tasks', pid = null) {
  return `#/pool/${encodeURIComponent(pool)}/${tab}${pid === null ? '' : `/${pid}`}`;
}

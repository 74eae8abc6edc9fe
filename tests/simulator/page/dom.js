// Small helpers: elements, icons, times, requests.

const paths = {
  search: '<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>',
  back: '<path d="m14.5 5-7 7 7 7"/>',
  chevron: '<path d="m9 6 6 6-6 6"/>',
  down: '<path d="m6 9 6 6 6-6"/>',
  close: '<path d="M6 6l12 12M18 6 6 18"/>',
  more: '<circle cx="6" cy="12" r=".6"/><circle cx="12" cy="12" r=".6"/><circle cx="18" cy="12" r=".6"/>',
  flask: '<path d="M9.5 3.5h5M10.5 3.5v6L5 18.6c-.7 1.2.1 1.9 1.2 1.9h11.6c1.1 0 1.9-.7 1.2-1.9L13.5 9.5v-6M7.8 15h8.4"/>',
  keyboard: '<rect x="3" y="6" width="18" height="12" rx="2"/><path d="M7 10h.01M10.3 10h.01M13.7 10h.01M17 10h.01M8 14.5h8"/>',
  list: '<path d="M5 7h14M5 12h14M5 17h14"/>',
  picture: '<rect x="3.5" y="5" width="17" height="14" rx="2"/><circle cx="9" cy="10" r="1.5"/><path d="m5 17 5-4.5 3.5 3 2.5-2 4 3.5"/>',
  file: '<path d="M6.5 3.5h7l4 4v13h-11zM13.5 3.5v4h4M9 12.5h6M9 16h6"/>',
  voice: '<path d="M9 8.5a5 5 0 0 1 0 7M12.5 6a8.5 8.5 0 0 1 0 12M5.5 11.5v1"/>',
  video: '<rect x="3.5" y="6" width="12" height="12" rx="2"/><path d="m15.5 10.5 5-3v9l-5-3"/>',
  place: '<path d="M12 21s-6.5-5.5-6.5-11a6.5 6.5 0 0 1 13 0c0 5.5-6.5 11-6.5 11z"/><circle cx="12" cy="10" r="2.3"/>',
  clock: '<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>',
  timer: '<circle cx="12" cy="13" r="7.5"/><path d="M12 9v4M9.5 3h5"/>',
  talk: '<path d="M12 4c4.7 0 8.5 3.2 8.5 7.200s-3.8 7.2-8.5 7.200c-.9 0-1.8-.1-2.6-.300L5 20l.9-3.300c-1.5-1.3-2.4-3.3-2.4-5.5C3.5 7.2 7.3 4 12 4z"/>',
  mail: '<rect x="3.5" y="5.5" width="17" height="13" rx="2"/><path d="m4 7.5 8 6 8-6"/>',
  sheet: '<path d="M6.5 3.5h7l4 4v13h-11zM13.5 3.5v4h4M9 12.5h6M9 16h6"/>',
  calendar: '<rect x="4" y="5.5" width="16" height="15" rx="2"/><path d="M4 10h16M8.5 3.5v4M15.5 3.5v4"/>',
  grid: '<rect x="4" y="4" width="6.5" height="6.5" rx="1.5"/><rect x="13.5" y="4" width="6.5" height="6.5" rx="1.5"/><rect x="4" y="13.5" width="6.5" height="6.5" rx="1.5"/><rect x="13.5" y="13.5" width="6.5" height="6.5" rx="1.5"/>',
  people: '<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c0-4 2.9-6.5 6.5-6.5s6.5 2.5 6.5 6.5M15.5 4.800a3.5 3.5 0 0 1 0 6.400M18 14.200c2.2.9 3.5 3 3.5 5.8"/>',
  side: '<rect x="3.5" y="4.5" width="17" height="15" rx="2"/><path d="M15 4.5v15M8 9.5l2.5 2.5L8 14.5"/>',
  warn: '<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5v5.500M12 16.2v.1"/>',
  plug: '<path d="M9 3.5v5M15 3.5v5M6.5 8.500h11v3a5.5 5.5 0 0 1-11 0zM12 17v3.500"/>',
  mark: '<path d="M5.5 18 9.5 6.5l3.2 6.2 2-3.400L18.5 18Z"/>',
};

export function icon(name) {
  const holder = document.createElement('span');
  holder.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true">${paths[name]}</svg>`;
  return holder.firstChild;
}

// el('button.primary', {onclick, 'aria-label': …}, children…)
export function el(what, properties = {}, ...children) {
  const [tag, ...classes] = what.split('.');
  const made = document.createElement(tag || 'div');
  if (classes.length) made.className = classes.join(' ');
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (name in made && !name.includes('-') && name !== 'list') made[name] = value;
    else made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false && child !== ''));
  return made;
}

export const byId = (id) => document.getElementById(id);

export async function call(path, { method = 'GET', body } = {}) {
  const response = await fetch(path, { method, body: body === undefined ? undefined : JSON.stringify(body) });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok && response.status !== 409) throw new Error(answer.error ?? `HTTP ${response.status}`);
  return answer;
}

const zone = 'Asia/Shanghai';
function partsOf(at) {
  const format = new Intl.DateTimeFormat('zh-CN', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' });
  return Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value]));
}
export function dayOf(at) { const p = partsOf(at); return `${p.year}-${p.month}-${p.day}`; }
export function clockOf(at) { const p = partsOf(at); return `${p.hour}:${p.minute}:${p.second}`; }
export function timeOf(at) { const p = partsOf(at); return `${p.hour}:${p.minute}`; }
export function shortDay(at) { const p = partsOf(at); return `${p.month}-${p.day}`; }
export function weekday(at) { return `周${'日一二三四五六'[new Date(`${dayOf(at)}T12:00:00Z`).getUTCDay()]}`; }
// 今天 → 16:29, yesterday → 昨天, else 11月20日
export function listTime(at, now) {
  const days = Math.round((Date.parse(dayOf(now)) - Date.parse(dayOf(at))) / 86400000);
  if (days <= 0) return timeOf(at);
  const p = partsOf(at);
  return days === 1 ? '昨天' : `${Number(p.month)}月${Number(p.day)}日`;
}
export function momentOf(at, now) {
  const near = listTime(at, now);
  return near.includes(':') ? near : `${near} ${timeOf(at)}`;
}

const tints = ['#a8503f', '#0e7a6e', '#3f76c9', '#2f7d4f', '#52657d', '#7a56c9', '#8a5a12', '#b0426f'];
export function avatar(person, size = '') {
  const name = person.name || person.user_id;
  let sum = 0;
  for (const letter of person.user_id) sum = (sum * 31 + letter.codePointAt(0)) % 997;
  const made = el(`span.avatar${size ? `.${size}` : ''}`, { 'aria-hidden': 'true' }, [...name].slice(-2).join(''));
  made.style.setProperty('--tint', /^#[0-9a-f]{6}$/i.test(person.avatar_color) ? person.avatar_color : tints[sum % tints.length]);
  return made;
}
export function appMark(size) { return el(`span.app-mark.${size}`, { 'aria-hidden': 'true' }, icon('mark')); }

let toastTimer;
export function toast(text) {
  const box = byId('toast');
  box.textContent = text;
  box.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { box.hidden = true; }, 4000);
}

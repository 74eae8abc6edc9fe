// The app's custom menu: bar and sub-menus.
import { el, icon } from './dom.js';

function subMenu(entry, choose) {
  const list = el('ul.sub-menu', { hidden: true, role: 'menu', 'aria-label': entry.name }, entry.sub_button.map((child) => el('li', { role: 'none' },
    el('button', { type: 'button', role: 'menuitem', onclick: () => { close(); top.focus(); choose(child); } }, child.name))));
  const top = el('button.menu-top', { type: 'button', 'aria-haspopup': 'menu', 'aria-expanded': 'false' }, icon('list'), el('span', {}, entry.name));
  const close = () => { list.hidden = true; top.setAttribute('aria-expanded', 'false'); };
  const open = () => { list.hidden = false; top.setAttribute('aria-expanded', 'true'); list.querySelector('button').focus({ focusVisible: false }); };
  top.addEventListener('click', () => (list.hidden ? open() : close()));
  const box = el('div', {}, top, list);
  box.addEventListener('focusout', (event) => { if (!box.contains(event.relatedTarget)) close(); });
  box.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape' && !list.hidden) { close(); top.focus(); event.stopPropagation(); }
    if (!step) return;
    event.preventDefault();
    if (list.hidden) { open(); return; }
    const items = [...list.querySelectorAll('button')];
    items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
  });
  return box;
}

// `choose(entry)` gets the entry pressed; `toggleKeyboard` switches between menu and text field on phones.
export function drawMenu(bar, buttons, choose, toggleKeyboard) {
  const text = JSON.stringify(buttons);
  if (bar.dataset.text === text) return;
  bar.dataset.text = text;
  bar.hidden = !buttons.length;
  bar.closest('.composer').classList.toggle('menus', buttons.length > 0);
  const keyboard = el('div', {}, el('button.menu-top', { type: 'button', 'aria-label': '键盘', onclick: toggleKeyboard }, icon('keyboard')));
  bar.replaceChildren(keyboard, ...buttons.map((entry) => (entry.sub_button?.length ? subMenu(entry, choose)
    : el('div', {}, el('button.menu-top', { type: 'button', onclick: () => choose(entry) }, el('span', {}, entry.name))))));
}

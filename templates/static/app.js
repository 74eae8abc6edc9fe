// The little that pages need beyond htmx: requests that prove to come from us, toasts, dialogs, the menu on phones.
document.addEventListener('htmx:configRequest', (event) => {
  event.detail.headers['X-Requested-With'] = 'wescrm';
});

const toasts = () => document.getElementById('toasts');

function toast(sentence) {
  const line = document.createElement('p');
  line.className = 'toast';
  line.textContent = sentence;
  toasts().replaceChildren(line);
  setTimeout(() => line.remove(), 4000);
}

document.addEventListener('toast', (event) => toast(event.detail.value ?? ''));
document.addEventListener('htmx:sendError', () => toast('连接不上服务器，请检查网络后再试'));

document.addEventListener('htmx:beforeRequest', (event) => {
  const target = event.detail.target;
  if (target) target.setAttribute('aria-busy', 'true');
  // Suggestions to a field leave the form's button as it is: a click meanwhile must not be lost.
  const sender = event.detail.elt;
  const button = sender.matches('form, button') ? (sender.closest('form')?.querySelector('[type=submit]') ?? sender) : sender;
  if (button instanceof HTMLButtonElement) {
    button.disabled = true;
    event.detail.xhr.addEventListener('loadend', () => { button.disabled = false; });
  }
});

document.addEventListener('htmx:afterSwap', (event) => {
  event.detail.target.removeAttribute('aria-busy');
  const dialog = document.getElementById('dialog');
  if (event.detail.target === dialog) {
    if (dialog.childElementCount > 0 && !dialog.open) dialog.showModal();
    if (dialog.childElementCount === 0 && dialog.open) dialog.close();
  }
  const place = event.detail.target.isConnected ? event.detail.target : (document.querySelector('dialog[open]') ?? document);
  const first = place.querySelector('[aria-invalid=true], [data-focus]');
  if (first) first.focus();
});

document.addEventListener('close-dialog', () => document.getElementById('dialog').close());

document.addEventListener('click', (event) => {
  const closer = event.target.closest('[data-close]');
  if (closer?.closest('dialog')) { event.preventDefault(); closer.closest('dialog').close(); }
  const toggler = event.target.closest('[data-toggle]');
  if (toggler) {
    const is_open = document.body.classList.toggle(`${toggler.dataset.toggle}-open`);
    toggler.setAttribute('aria-expanded', String(is_open));
  }
  const copier = event.target.closest('[data-copy]');
  if (copier) navigator.clipboard?.writeText(copier.dataset.copy).then(() => toast('已复制'), () => toast('请手动选择并复制'));
});

document.addEventListener('DOMContentLoaded', () => {
  for (const line of document.querySelectorAll('.toast')) setTimeout(() => line.remove(), 4000);
});

// Lists of records: a changed choice filters at once; ticked rows bring the bar of what can be done with them.
document.addEventListener('change', (event) => {
  const chosen = event.target;
  if (chosen.matches('form[data-autosubmit] select, form[data-autosubmit] [type=date], form[data-autosubmit] [data-date], form[data-autosubmit] [type=checkbox]')) chosen.form.requestSubmit();
  const rows = chosen.closest('form#records');
  if (!rows) return;
  const boxes = [...rows.querySelectorAll('[name=id]')];
  if (chosen.matches('[data-bulk-all]')) for (const box of boxes) box.checked = chosen.checked;
  show_bulk(rows, boxes);
});

function show_bulk(rows, boxes) {
  const bar = rows.querySelector('[data-bulk]');
  if (!bar) return;
  const count = boxes.filter((box) => box.checked).length;
  bar.hidden = count === 0;
  bar.querySelector('[data-count]').textContent = String(count);
  const all = rows.querySelector('[data-bulk-all]');
  all.checked = count === boxes.length;
  all.indeterminate = count > 0 && count < boxes.length;
}

document.addEventListener('reset', (event) => {
  if (event.target.id !== 'records') return;
  setTimeout(() => show_bulk(event.target, [...event.target.querySelectorAll('[name=id]')]));
});

document.addEventListener('submit', (event) => {
  if (!event.target.matches('form[data-autosubmit]')) return;
  for (const field of event.target.elements) if (field.name && field.value === '') field.disabled = true;
});

// The current entry of a long navigation is in sight.
{
  const nav = document.getElementById('nav');
  const current = nav?.querySelector('[aria-current]');
  if (current && current.offsetTop + current.offsetHeight > nav.clientHeight) nav.scrollTop = current.offsetTop - nav.clientHeight / 2;
}

// So are the current tab and scene, where a phone shows only the first of them.
for (const list of document.querySelectorAll('.tabs ul, .scenes ul')) {
  const current = list.querySelector('[aria-current]');
  if (current && current.offsetLeft + current.offsetWidth > list.offsetLeft + list.clientWidth) list.scrollLeft = current.offsetLeft - list.offsetLeft - list.clientWidth / 3;
}

// One menu at a time, closed by a click elsewhere and by Escape.
document.addEventListener('click', (event) => {
  for (const menu of document.querySelectorAll('details.menu[open]')) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  for (const menu of document.querySelectorAll('details.menu[open]')) { menu.open = false; menu.querySelector('summary').focus(); }
});

// Products in lines: what is suggested stands with its picture, unit and price. Without scripts the browser's own list has all but the picture.
{
  const pictureSize = 36;

  function listOf(field) {
    if (field.nextElementSibling?.matches('[data-products]')) return field.nextElementSibling;
    const list = Object.assign(document.createElement('div'), { className: 'mention-list product-list', hidden: true });
    list.dataset.products = '';
    list.setAttribute('role', 'listbox');
    list.setAttribute('aria-label', '产品');
    field.after(list);
    return list;
  }

  function begin() {
    for (const field of document.querySelectorAll('input[data-pick="product"][list]')) {
      field.dataset.list = field.getAttribute('list');
      field.removeAttribute('list');
      field.setAttribute('role', 'combobox');
      field.setAttribute('aria-autocomplete', 'list');
      field.setAttribute('aria-expanded', 'false');
    }
  }

  function picture(option) {
    if (!option.dataset.image) return Object.assign(document.createElement('span'), { className: 'thumb row-image' });
    return Object.assign(document.createElement('img'), {
      className: 'thumb row-image', loading: 'lazy', width: pictureSize, height: pictureSize, alt: `${option.dataset.name}的图片`, src: option.dataset.image,
    });
  }

  function button(option) {
    const made = Object.assign(document.createElement('button'), { type: 'button' });
    made.dataset.value = option.value;
    made.setAttribute('role', 'option');
    const words = document.createElement('span');
    words.append(option.value, Object.assign(document.createElement('span'), { className: 'sub', textContent: option.label === option.value ? '' : option.label }));
    made.append(picture(option), words);
    return made;
  }

  function mark(list, at) {
    [...list.children].forEach((one, index) => one.setAttribute('aria-selected', String(index === at)));
  }

  function close(field) {
    listOf(field).hidden = true;
    field.setAttribute('aria-expanded', 'false');
  }

  function open(field, options) {
    const list = listOf(field);
    list.replaceChildren(...[...options].map(button));
    list.hidden = list.childElementCount === 0 || field.value === field.dataset.chosen;
    field.setAttribute('aria-expanded', String(!list.hidden));
    mark(list, 0);
  }

  function choose(field, chosen) {
    field.value = field.dataset.chosen = chosen.dataset.value;
    close(field);
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.focus();
  }

  document.addEventListener('DOMContentLoaded', begin);
  document.addEventListener('htmx:afterSwap', (event) => {
    begin();
    const field = event.target.id && document.querySelector(`input[data-list="${CSS.escape(event.target.id)}"]`);
    if (field) open(field, event.target.children);
  });
  document.addEventListener('click', (event) => {
    const add = event.target.closest('[data-products] [data-value]');
    if (add) return choose(add.parentElement.previousElementSibling, add);
    for (const list of document.querySelectorAll('[data-products]')) close(list.previousElementSibling);
  });
  document.addEventListener('keydown', (event) => {
    const field = event.target.closest('input[data-list]');
    const list = field && listOf(field);
    if (!list || list.hidden) return;
    const at = [...list.children].findIndex((one) => one.getAttribute('aria-selected') === 'true');
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) mark(list, (at + step + list.childElementCount) % list.childElementCount);
    else if (event.key === 'Enter') choose(field, list.children[Math.max(at, 0)]);
    else if (event.key === 'Escape') close(field);
    else if (event.key === 'Tab') return close(field);
    else return;
    event.preventDefault();
  });
}

// @ in follow-ups and comments: colleagues who see the record are suggested; who is chosen, and still named when it is sent, gets a card.
{
  const typing = /@([^\s@，。；、,.]{0,20})$/;
  let asked = 0;
  let timer;

  function listOf(field) {
    if (field.nextElementSibling?.matches('[data-mention-list]')) return field.nextElementSibling;
    const list = Object.assign(document.createElement('div'), { className: 'mention-list', hidden: true });
    list.dataset.mentionList = '';
    list.setAttribute('role', 'listbox');
    list.setAttribute('aria-label', '提到同事');
    field.after(list);
    return list;
  }

  const typed = (field) => typing.exec(field.value.slice(0, field.selectionStart));

  async function suggest(field) {
    const list = listOf(field);
    const found = typed(field);
    const number = ++asked;
    if (!found) { list.hidden = true; return; }
    const { mention: object, mentionId: id } = field.dataset;
    const answer = await fetch(`/app/mentions?${new URLSearchParams({ object, id, q: found[1] })}`, { headers: { 'x-requested-with': 'wescrm' } });
    if (number !== asked || !answer.ok) return;
    const fragment = new DOMParser().parseFromString(await answer.text(), 'text/html');
    list.replaceChildren(...fragment.querySelectorAll('[data-person]'));
    list.hidden = list.childElementCount === 0;
    mark(list, 0);
  }

  function mark(list, at) {
    [...list.children].forEach((one, index) => one.setAttribute('aria-selected', String(index === at)));
  }

  function choose(field, person) {
    const found = typed(field);
    if (!found) return;
    const begin = field.selectionStart - found[0].length;
    const after = `${field.value.slice(0, begin)}@${person.dataset.name} `;
    field.value = after + field.value.slice(field.selectionStart);
    field.setSelectionRange(after.length, after.length);
    const chosen = Object.assign(document.createElement('input'), { type: 'hidden', name: 'mention', value: person.dataset.person });
    chosen.dataset.name = person.dataset.name;
    if (![...field.form.querySelectorAll('[name=mention]')].some((one) => one.value === chosen.value)) field.form.append(chosen);
    listOf(field).hidden = true;
    field.focus();
  }

  document.addEventListener('input', (event) => {
    const field = event.target.closest('[data-mention]');
    if (!field) return;
    clearTimeout(timer);
    timer = setTimeout(() => suggest(field), typed(field) ? 150 : 0);
  });
  document.addEventListener('keydown', (event) => {
    const field = event.target.closest('[data-mention]');
    const list = field && listOf(field);
    if (!list || list.hidden) return;
    const at = [...list.children].findIndex((one) => one.getAttribute('aria-selected') === 'true');
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) mark(list, (at + step + list.childElementCount) % list.childElementCount);
    else if (event.key === 'Enter' || event.key === 'Tab') choose(field, list.children[Math.max(at, 0)]);
    else if (event.key === 'Escape') list.hidden = true;
    else return;
    event.preventDefault();
  });
  document.addEventListener('click', (event) => {
    const person = event.target.closest('[data-mention-list] [data-person]');
    if (person) return choose(person.parentElement.previousElementSibling, person);
    for (const list of document.querySelectorAll('[data-mention-list]')) list.hidden = true;
  });
  document.addEventListener('submit', (event) => {
    const field = event.target.querySelector('[data-mention]');
    if (field) for (const one of event.target.querySelectorAll('[name=mention]')) if (!field.value.includes(`@${one.dataset.name}`)) one.remove();
  }, true);
}

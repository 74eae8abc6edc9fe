// A company's own fields in forms: what is shown and asked depends on other fields, at once; levels of a cascade, chips, places, signatures.
{
  const valuesOf = (form, key) => {
    const block = form.querySelector(`[data-own="${key}"]`);
    if (!block || block.hidden) return [];
    const inputs = [...block.querySelectorAll('[name^="custom."]')].filter((input) => !input.disabled);
    const chosen = inputs.filter((input) => (input.type === 'checkbox' || input.type === 'radio' ? input.checked : true));
    return chosen.map((input) => input.value.trim()).filter(Boolean);
  };
  const listed = (text) => { try { return JSON.parse(text ?? '[]'); } catch { return []; } };
  const holds = (form, key, values) => valuesOf(form, key).some((value) => values.includes(value));

  function showBlock(block, isShown) {
    if (block.hidden === !isShown) return false;
    block.hidden = !isShown;
    for (const input of block.querySelectorAll('input, select, textarea')) input.disabled = !isShown;
    return true;
  }

  function askFor(block, isNeeded) {
    for (const star of block.querySelectorAll('.required')) star.hidden = !isNeeded;
    const input = block.querySelector(':scope > input:not([type=file], [data-add], [type=hidden]), :scope > select, :scope > textarea');
    if (input) input.required = isNeeded;
  }

  function fitOptions(form, block) {
    const chosen = valuesOf(form, block.dataset.depends);
    for (const option of block.querySelectorAll('[data-parents]')) {
      const fits = listed(option.dataset.parents).some((parent) => chosen.includes(parent));
      option.hidden = !fits;
      if (option instanceof HTMLOptionElement) {
        option.disabled = !fits;
        if (!fits && option.selected) option.parentElement.value = '';
      } else {
        const box = option.querySelector('input');
        box.disabled = !fits;
        if (!fits) box.checked = false;
      }
    }
  }

  function settle(form) {
    for (let round = 0, moves = true; moves && round < 10; ++round) {
      moves = false;
      for (const block of form.querySelectorAll('[data-when]')) if (showBlock(block, holds(form, block.dataset.when, listed(block.dataset.whenValues)))) moves = true;
    }
    for (const block of form.querySelectorAll('[data-depends]')) if (!block.hidden) fitOptions(form, block);
    for (const block of form.querySelectorAll('[data-need]')) askFor(block, 'required' in block.dataset || holds(form, block.dataset.need, listed(block.dataset.needValues)));
  }

  // One select a level, in place of a long one; the long one is what is sent.
  function levels(select) {
    if (select.hidden) return;
    const options = [...select.options].slice(1).map((option) => ({ value: option.value, label: option.dataset.label, parent: option.dataset.parent }));
    const row = document.createElement('div');
    row.className = 'parts';
    select.hidden = true;
    select.required = false;
    select.after(row);
    const pathOf = (value) => {
      const path = [];
      for (let one = options.find((option) => option.value === value); one && path.length < 10; one = options.find((option) => option.value === one.parent)) path.unshift(one.value);
      return path;
    };
    const show = () => {
      const path = pathOf(select.value);
      row.replaceChildren();
      for (let depth = 0; depth <= path.length; ++depth) {
        const parent = depth === 0 ? '' : path[depth - 1];
        const here = options.filter((option) => option.parent === parent);
        if (here.length === 0) break;
        const level = document.createElement('select');
        level.setAttribute('aria-label', `${select.labels[0]?.textContent.replace('*', '').trim() ?? ''}：第 ${depth + 1} 级`);
        level.append(new Option('请选择', parent), ...here.map((option) => new Option(option.label, option.value)));
        level.value = path[depth] ?? parent;
        level.addEventListener('change', () => { select.value = level.value; show(); select.dispatchEvent(new Event('change', { bubbles: true })); });
        row.append(level);
      }
    };
    show();
  }

  function addChip(input) {
    const typed = input.value.trim();
    if (!typed) return;
    const chip = document.createElement('label');
    chip.className = 'check chip';
    const box = Object.assign(document.createElement('input'), { type: 'checkbox', name: input.name, value: typed, checked: true });
    chip.append(box, ` ${typed}`);
    input.parentElement.querySelector('[data-chips]').append(chip);
    input.value = '';
  }

  function signing(sign) {
    const canvas = sign.querySelector('canvas');
    const pen = canvas.getContext('2d');
    const file = sign.parentElement.querySelector('[type=file]');
    let isDown = false;
    const at = (event) => [(event.offsetX * canvas.width) / canvas.clientWidth, (event.offsetY * canvas.height) / canvas.clientHeight];
    sign.hidden = false;
    pen.lineWidth = 3;
    pen.lineCap = 'round';
    canvas.addEventListener('pointerdown', (event) => { isDown = true; canvas.setPointerCapture(event.pointerId); pen.beginPath(); pen.moveTo(...at(event)); event.preventDefault(); });
    canvas.addEventListener('pointermove', (event) => { if (isDown) { pen.lineTo(...at(event)); pen.stroke(); } });
    canvas.addEventListener('pointerup', () => {
      isDown = false;
      canvas.toBlob((blob) => { const held = new DataTransfer(); held.items.add(new File([blob], '签名.png', { type: 'image/png' })); file.files = held.files; });
    });
    sign.querySelector('[data-sign-clear]').addEventListener('click', () => { pen.clearRect(0, 0, canvas.width, canvas.height); file.value = ''; });
  }

  function begin(place) {
    for (const form of place.querySelectorAll('[data-own-form]')) {
      for (const select of form.querySelectorAll('[data-cascade]')) levels(select);
      for (const sign of form.querySelectorAll('[data-sign][hidden]')) signing(sign);
      if (navigator.geolocation) for (const button of form.querySelectorAll('[data-locate]')) button.hidden = false;
      settle(form);
    }
  }

  document.addEventListener('DOMContentLoaded', () => begin(document));
  document.addEventListener('htmx:afterSwap', () => begin(document));
  document.addEventListener('change', (event) => {
    if (event.target.matches('[data-add]')) addChip(event.target);
    const form = event.target.closest('[data-own-form]');
    if (form) settle(form);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.target.matches('[data-add]') && event.target.value.trim()) { event.preventDefault(); addChip(event.target); }
  });
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-locate]');
    if (!button) return;
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      button.parentElement.querySelector('[data-latitude]').value = coords.latitude.toFixed(6);
      button.parentElement.querySelector('[data-longitude]').value = coords.longitude.toFixed(6);
    }, () => toast('取不到当前位置，请手动填写'));
  });
}

// The editor of fields: a kind from the library, or a field of the form, is dropped before another. What buttons do works without.
{
  const list = () => document.querySelector('[data-drop-list]');
  let dragged = null;

  const before = (event) => {
    const rest = [...list().children].filter((field) => field !== dragged?.field);
    const whole = list().getBoundingClientRect().width * 0.6;
    // Of two that stand beside each other, the pointer is over the left or the right one.
    return rest.find((field) => {
      const box = field.getBoundingClientRect();
      if (event.clientY < box.top || event.clientY >= box.bottom) return event.clientY < box.top;
      return box.width > whole ? event.clientY < box.top + box.height / 2 : event.clientX < box.left + box.width / 2;
    });
  };
  const clear = () => { for (const marked of document.querySelectorAll('.drop-before, .drop-end')) marked.classList.remove('drop-before', 'drop-end'); };

  document.addEventListener('dragstart', (event) => {
    const kind = event.target.closest?.('[data-new-type]');
    const field = event.target.closest?.('.canvas-field');
    if (!kind && !field) return;
    dragged = kind ? { type: kind.dataset.newType } : { key: field.dataset.key, field };
    event.dataTransfer.effectAllowed = kind ? 'copy' : 'move';
    event.dataTransfer.setData('text/plain', dragged.type ?? dragged.key);
  });
  document.addEventListener('dragover', (event) => {
    if (!dragged || !event.target.closest?.('.canvas')) return;
    event.preventDefault();
    clear();
    (before(event) ?? list()).classList.add(before(event) ? 'drop-before' : 'drop-end');
  });
  document.addEventListener('dragend', () => { clear(); dragged = null; });
  document.addEventListener('drop', (event) => {
    if (!dragged || !event.target.closest?.('.canvas')) return;
    event.preventDefault();
    const next = before(event);
    const rest = [...list().children].filter((field) => field !== dragged.field);
    const values = { object: document.getElementById('editor').dataset.object, _csrf: list().dataset.csrf, position: String(next ? rest.indexOf(next) : rest.length) };
    if (dragged.type) values.type = dragged.type; else values.key = dragged.key;
    htmx.ajax('POST', dragged.type ? '/admin/fields/add' : '/admin/fields/move', { target: '#editor', swap: 'outerHTML', values });
    clear();
    dragged = null;
  });
}

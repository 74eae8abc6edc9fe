// Lines of orders, quotes and contracts in forms: rows come and go, and the total follows. Without scripts there are blank rows, and an emptied one is none.
{
  const number = (text) => Number(String(text).replace(/[,，\s]/g, ''));
  const yuan = (value) => value.toLocaleString('zh-CN', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const rowsOf = (editor) => [...editor.querySelectorAll('tbody tr')].filter((row) => !row.hidden);
  const cell = (row, column) => row.querySelector(`[name$=".${column}"]`);
  const isFilled = (row) => [...row.querySelectorAll('input')].some((input) => input.value.trim());

  // "1,234.5678" times 10 to the decimals, exactly; NaN for what is no number or finer than that.
  function whole(text, decimals) {
    const [, sign, units, rest = ''] = /^(-?)(\d*)(?:\.(\d*))?$/.exec(String(text).replace(/[,，\s]/g, '')) ?? [];
    if (units === undefined || units + rest === '' || rest.length > decimals) return NaN;
    return Number(sign + units + rest.padEnd(decimals, '0'));
  }

  // Halves go up, as the server rounds: once, at the line's amount.
  function rounded(numerator, denominator) {
    return Number((2n * numerator + denominator) / (2n * denominator));
  }

  // Of a row: its sum in fen, or null where a product's own price counts.
  function sumOf(row) {
    const price = cell(row, 'price_fen')?.value.trim();
    if (!price) return null;
    const e4 = whole(price, 4);
    const quantity = whole(cell(row, 'quantity')?.value.trim() || '1', 4);
    const left = 10_000 - whole(cell(row, 'discount_percent')?.value.trim() || '0', 2);
    if (![e4, quantity, left].every(Number.isSafeInteger)) return NaN;
    return rounded(BigInt(e4) * BigInt(quantity) * BigInt(left), 10_000_000_000n);
  }

  // Periods have an amount each; people have none.
  function totalOfAmounts(editor) {
    const typed = rowsOf(editor).map((row) => cell(row, 'amount_fen')?.value.trim()).filter(Boolean);
    const sum = typed.reduce((all, text) => all + number(text), 0);
    const words = editor.querySelector('[data-lines-total]');
    words.hidden = typed.length === 0;
    words.textContent = Number.isFinite(sum) ? `合计 ${yuan(sum)} 元` : '合计：请检查数字';
  }

  function total(editor) {
    if (!editor.querySelector('[name$=".price_fen"]')) return totalOfAmounts(editor);
    const form = editor.closest('form');
    const filled = rowsOf(editor).filter(isFilled);
    const sums = filled.map(sumOf);
    const open = sums.filter((sum) => sum === null).length;
    const left = 10_000 - whole(form.querySelector('[name=discount_percent]')?.value.trim() || '0', 2);
    const sum = sums.reduce((all, one) => all + (one ?? 0), 0);
    const fen = Number.isFinite(sum) && Number.isFinite(left) ? rounded(BigInt(sum) * BigInt(left), 10_000n) : NaN;
    const isNumber = Number.isFinite(fen);
    const words = editor.querySelector('[data-lines-total]');
    words.hidden = filled.length === 0;
    words.textContent = isNumber ? `合计 ${yuan(fen / 100)} 元${open ? `，另有 ${open} 行按产品价格计算` : ''}` : '合计：请检查数字';
    // The amount follows from the lines: it is shown, not sent.
    const amount = form.querySelector('[name=amount_fen]');
    if (!amount) return;
    if (filled.length > 0 && !amount.disabled) amount.dataset.typed = amount.value;
    if (filled.length > 0) amount.value = isNumber && open === 0 ? (fen / 100).toFixed(2) : '';
    else if (amount.disabled) amount.value = amount.dataset.typed ?? '';
    amount.disabled = filled.length > 0;
  }

  function renumber(row, at) {
    for (const input of row.querySelectorAll('input, select')) {
      input.name = input.name.replace(/\.\d+\./, `.${at}.`);
      input.value = '';
      const list = input.dataset.list ?? input.getAttribute('list');
      if (!list) continue;
      const id = list.replace(/-\d+-/, `-${at}-`);
      const choices = row.querySelector('datalist');
      choices.id = id;
      choices.replaceChildren();
      if (input.dataset.list) input.dataset.list = id;
      else input.setAttribute('list', id);
      row.querySelector('[data-products]')?.remove();
      input.setAttribute('hx-target', `#${id}`);
    }
  }

  function addRow(editor) {
    const rows = [...editor.querySelectorAll('tbody tr')];
    const row = rows.at(-1).cloneNode(true);
    row.hidden = false;
    renumber(row, rows.length);
    rows.at(-1).after(row);
    window.htmx?.process(row);
    row.querySelector('input').focus();
  }

  function removeRow(button) {
    const row = button.closest('tr');
    const editor = button.closest('[data-lines]');
    for (const input of row.querySelectorAll('input, select')) input.value = '';
    row.hidden = true;
    if (rowsOf(editor).length === 0) addRow(editor);
    total(editor);
    editor.querySelector('[data-lines-add]').focus();
  }

  function begin() {
    for (const editor of document.querySelectorAll('[data-lines]:not([data-begun])')) {
      editor.dataset.begun = '';
      for (const hidden of editor.querySelectorAll('[data-lines-tools]')) hidden.hidden = false;
      total(editor);
    }
  }

  document.addEventListener('DOMContentLoaded', begin);
  document.addEventListener('htmx:afterSwap', begin);
  document.addEventListener('input', (event) => {
    const own = event.target.closest('[data-lines]');
    if (own) total(own);
    if (event.target.name !== 'discount_percent') return;
    for (const editor of event.target.form?.querySelectorAll('[data-lines]') ?? []) total(editor);
  });
  document.addEventListener('click', (event) => {
    const add = event.target.closest('[data-lines-add]');
    if (add) addRow(add.closest('[data-lines]'));
    const remove = event.target.closest('[data-lines-remove]');
    if (remove) removeRow(remove);
  });
}

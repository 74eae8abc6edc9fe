// The sheet of a quote or an order: the browser prints it, or saves it as a PDF.
document.querySelector('[data-print]')?.addEventListener('click', () => window.print());

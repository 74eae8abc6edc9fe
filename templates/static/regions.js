// Provinces, cities and districts are suggested while somebody fills in an address, each level by the one above it; anything else can be
// typed too. The names are loaded when the first of such fields is entered.
{
  let known;
  const names = () => (known ??= import('/vendor/area-data.js').then(({ areaList }) => areaList));

  // The inputs of one address, from the province down.
  function levelsOf(input) {
    const own = input.closest('[data-region]');
    if (own) return [...own.querySelectorAll('input')];
    const levels = ['province', 'city', 'district'].map((name) => input.form?.querySelector(`#c-${name}`) ?? undefined);
    return levels.includes(input) ? levels : [];
  }

  // 江苏 is meant by 江苏省.
  const codeOf = (list, within, name) => Object.keys(list).find((code) => code.startsWith(within) && name && list[code].startsWith(name));

  function below(areas, level, typed) {
    if (level === 0) return Object.values(areas.province_list);
    const province = codeOf(areas.province_list, '', typed[0]);
    if (!province && typed[0] !== undefined) return [];
    const inProvince = province?.slice(0, 2) ?? '';  // a form may not ask for the province
    const list = level === 1 ? areas.city_list : areas.county_list;
    const city = level === 2 ? codeOf(areas.city_list, inProvince, typed[1]) : undefined;
    const within = city ? city.slice(0, 4) : inProvince;
    return [...new Set(Object.keys(list).filter((code) => code.startsWith(within)).map((code) => list[code]))];
  }

  async function suggest(input) {
    const levels = levelsOf(input);
    const level = levels.indexOf(input);
    if (level < 0) return;
    const areas = await names();
    const typed = levels.map((one) => one?.value.trim());
    let list = input.list;
    if (!list) {
      list = document.createElement('datalist');
      list.id = `areas-${level}-${input.id || levels[0].id}`;
      input.after(list);
      input.setAttribute('list', list.id);
    }
    list.replaceChildren(...below(areas, level, typed).map((name) => Object.assign(document.createElement('option'), { value: name })));
  }

  document.addEventListener('focusin', ({ target }) => {
    if (target instanceof HTMLInputElement) suggest(target).catch(() => {});
  });
}

// The interface in Russian.

import type { Words } from "./en.ts";

export const ru: Words = {
  layers: "Слои",
  hide: "Скрыть",
  opacity: "Непрозрачность",
  opacityOf: "Непрозрачность слоя {name}",
  unplaced: {
    one: "{n} запись без местоположения, которое можно показать",
    few: "{n} записи без местоположения, которое можно показать",
    many: "{n} записей без местоположения, которое можно показать",
    other: "{n} записи без местоположения, которое можно показать",
  },
  widthLegend: "Толщина: сколько объектов на этом пути",

  recordsHere: "Записи в этом месте",
  previousRecord: "Предыдущая запись",
  nextRecord: "Следующая запись",
  position: "{n} из {all}",
  latLon: "Широта, долгота",
  source: "Источник",
  noName: "{name}, без названия",
  moreHere: "и ещё {n} здесь",

  wayToMarket: "Путь к рынку",
  wayTo: "Путь: {name}",
  noRoute: "Маршрута нет",
  wholeLength: "Вся длина",
  roadTo: "Автодорога: {name}",
  onBy: "Далее {mode}",
  byRail: "по железной дороге",
  byRoad: "по автодороге",
  bySea: "по морю",
  byPipeline: "по трубопроводу",
  time: "Время",
  cost: "Стоимость",
  borders: "Границы",
  gaugeBreaks: "Смены колеи",
  countries: "Страны",
  wholeWay: "Показать весь путь",
  onTheWay: "{n} на этом пути",
  toFacts: "{name}: {facts}",
  since: "с {year} г.",
  asOf: "на {year} г.",
  hours: "{n} ч",
  days: { one: "{n} день", few: "{n} дня", many: "{n} дней", other: "{n} дня" },

  measure: "Измерить расстояние",
  measureHelp: "Щелчок добавляет точку; двойной щелчок или Enter завершает, Escape стирает. Пробел добавляет середину карты.",
  total: "Всего {length}",
  stepAndTotal: "{step}; всего {total}",

  themeAuto: "Цвета: как в системе",
  themeLight: "Цвета: светлые",
  themeDark: "Цвета: тёмные",

  sources: "Источники",
  sourcesAndLicences: "Источники и лицензии",
  drawnBy: "Карта сделана в minmap с помощью ",
  notices: ". О программах и лицензиях — в примечаниях внутри этого файла.",
  licence: "Лицензия: {name}",
  noSource: "Источник не указан.",
  close: "Закрыть",

  mapFails: "Карту не удалось построить.",
  layerFails: "Слой «{name}» не удалось показать.",
};

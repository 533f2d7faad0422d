"use strict";
// Sorts a table by the column whose head is clicked: first from what is best, then the other way round.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const compare = (a, b) => {
    const [x, y] = [Number(a), Number(b)];
    return Number.isNaN(x) || Number.isNaN(y) ? a.localeCompare(b) : x - y;
  };
  heads.forEach((head, column) => head.querySelector("button").addEventListener("click", () => {
    const now = head.getAttribute("aria-sort");
    const other = now === "ascending" ? "descending" : "ascending";
    const order = now === "none" ? head.dataset.first : other;
    heads.forEach((each) => each.setAttribute("aria-sort", each === head ? order : "none"));
    const key = (row) => row.cells[column].dataset.key;
    const sign = order === "ascending" ? 1 : -1;
    // Rows without the figure stay at the end, whichever way it is sorted.
    const rows = [...body.rows].sort((a, b) =>
      (key(a) === "") - (key(b) === "") || sign * compare(key(a), key(b)));
    body.append(...rows);
  }));
}

/** The classes: choose, find, hide, protect; each with its key. */

import { IconButton } from "../../components/button.js";
import { keysFor } from "../../state/keys.js";
import * as texts from "../../texts.js";
import { h, html, useEffect, useRef, useState } from "../../vendor/preact.js";
import { findClasses } from "./find-classes.js";

/** @param {{desk: import("./commands.js").Desk, editor: import("../../editor/editor.js").Editor}} props */
export function ClassPanel({ desk, editor }) {
  // Its props stay the same: only this count tells it of another choice, eye or lock.
  desk.changed.value;
  const [wanted, setWanted] = useState("");
  const search = useRef(/** @type {HTMLInputElement | null} */ (null));
  const isSearching = desk.searching.value;
  useEffect(() => {
    if (isSearching) search.current?.focus();
    else setWanted("");
  }, [isSearching]);

  const found = findClasses(
    editor.classes.map((one, index) => ({ ...one, index })),
    wanted,
  );

  /** @param {number} id */
  const choose = (id) => {
    editor.useLabel(id);
    desk.searching.value = false;
    desk.stage.focus();
  };

  return html`<section class="panel classes" aria-label=${texts.desk.classes}>
    <header class="panel-head">
      <h2>${texts.desk.classes}</h2>
      <input
        ref=${search}
        type="search"
        placeholder="/"
        aria-label=${texts.desk.findClass}
        title=${`${texts.desk.findClass} (/)`}
        value=${wanted}
        onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setWanted(event.currentTarget.value)}
        onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
          // The key that ends a word of an input method is part of the word.
          if (event.isComposing) return;
          if (event.code === "Enter" && found[0]) choose(found[0].id);
          if (event.code === "Enter" || event.code === "Escape") desk.stage.focus();
        }}
      />
    </header>
    <ul class="class-list">
      ${found.map((one) => h(ClassRow, { key: one.id, one, among: found.length, editor, onChoose: choose, onChange: () => desk.changed.value++ }))}
    </ul>
  </section>`;
}

/** Scroll the list itself and nothing around it. @param {HTMLElement} row */
function bringIntoSight(row) {
  const list = /** @type {HTMLElement} */ (row.parentElement);
  const [seen, box] = [list.getBoundingClientRect(), row.getBoundingClientRect()];
  list.scrollTop += Math.min(0, box.top - seen.top) + Math.max(0, box.bottom - seen.bottom);
}

/**
 * @param {{one: {id: number, name: string, colour: string, index: number},
 *          among: number,
 *          editor: import("../../editor/editor.js").Editor,
 *          onChoose: (id: number) => void, onChange: () => void}} props
 */
function ClassRow({ one, among, editor, onChoose, onChange }) {
  const { id, name, colour, index } = one;
  const isHidden = editor.isHidden(id);
  const isProtected = editor.correction.isProtected(id);
  const isChosen = editor.label === id;
  const row = useRef(/** @type {HTMLLIElement | null} */ (null));
  // Chosen by a key or from the picture, it may be far down the list; found by a word, as well.
  useEffect(() => {
    if (isChosen && row.current) bringIntoSight(row.current);
  }, [isChosen, among]);
  const protect = () => {
    editor.correction.toggleProtected(id);
    onChange();
  };
  return html`<li ref=${row} class=${`class-row ${isHidden ? "is-hidden" : ""}`}>
    <button type="button" class="class-choose" aria-pressed=${String(isChosen)} onClick=${() => onChoose(id)}>
      <span class="swatch" style=${{ backgroundColor: colour }}></span>
      <span class="class-name">${name}</span>
      <kbd>${keysFor(`class.${index}`).replace("Shift+", "⇧")}</kbd>
    </button>
    <span class=${`class-marks ${isProtected ? "keeps-lock" : ""} ${isHidden ? "keeps-eye" : ""}`}>
      ${h(IconButton, {
        icon: isHidden ? "eyeOff" : "eye",
        label: isHidden ? texts.desk.showClass(name) : texts.desk.hideClass(name),
        isPressed: isHidden,
        onClick: () => editor.toggleClass(id),
      })}
      ${h(IconButton, {
        icon: isProtected ? "lock" : "unlock",
        label: isProtected ? texts.desk.unprotect(name) : texts.desk.protect(name),
        keys: keysFor("class.protect"),
        isPressed: isProtected,
        onClick: protect,
      })}
    </span>
  </li>`;
}

/** Buttons: with a text, or an icon whose tooltip names its key. */

import { Icon } from "../icons.js";
import { h, html } from "../vendor/preact.js";

/**
 * @param {{icon: import("../icons.js").IconName, label: string, keys?: string, onClick: () => void,
 *          isPressed?: boolean, isDisabled?: boolean, isOff?: boolean}} props
 *   one that is off looks disabled, but may be reached and pressed: it says why
 */
export function IconButton({ icon, label, keys, onClick, isPressed, isDisabled, isOff }) {
  return html`<button
    type="button"
    class="icon-button"
    title=${keys ? `${label} (${keys})` : label}
    aria-label=${label}
    aria-pressed=${isPressed === undefined ? undefined : String(isPressed)}
    aria-disabled=${isOff ? "true" : undefined}
    disabled=${isDisabled}
    onClick=${onClick}
  >
    ${h(Icon, { name: icon })}
  </button>`;
}
